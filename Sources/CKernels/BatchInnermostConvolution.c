#include "BatchInnermostConvolution.h"

#include <string.h>

#include "Extents.h"
#include "InstructionSets.h"
#include "Parts.h"

enum {
    /// Output channels that a tile computes at once.
    TILE_OUTPUTS = 6,
    /// Images that are computed together: with few channels all that a row of output needs then stays in the first-level cache.
    BLOCK_IMAGES = 64,
    /// Bytes of the output's gradient that are read again and again while the weights' gradient grows: near the size of a first-level
    /// cache. Smaller blocks load and store the sums too often. Both belong to what the kernel computes, whatever caches there are:
    /// blocks are the order of the sums.
    BLOCK_BYTES = 56 << 10,
};

/// Every part's outputs innermost: [part][c][r][s][outputs of the part].
static void pack_weights(const ckernels_convolution *shape, const float *weights, float *packed) {
    const int64_t area = shape->kernel_height * shape->kernel_width;
    const parts outputs = parts_of(shape->outputs, TILE_OUTPUTS);
    for (int64_t group = 0; group < shape->groups; group++) {
        for (int64_t part = 0; part < outputs.count; part++) {
            const int64_t first = part_start(outputs, part), end = part_start(outputs, part + 1);
            for (int64_t input = 0; input < shape->inputs; input++) {
                const float *from = weights + group * shape->weight_group_stride + input * shape->weight_input_stride;
                for (int64_t tap = 0; tap < area; tap++)
                    for (int64_t output = first; output < end; output++)
                        *packed++ = from[output * shape->weight_output_stride + tap];
            }
        }
    }
}

/// The padded height and width of what a weights' gradient reads, as far as it reads it.
static int64_t padded_height(const ckernels_weight_gradient *shape) {
    return (shape->output_height - 1) * shape->stride_height + (shape->kernel_height - 1) * shape->dilation_height + 1;
}

static int64_t padded_width(const ckernels_weight_gradient *shape) {
    return (shape->output_width - 1) * shape->stride_width + (shape->kernel_width - 1) * shape->dilation_width + 1;
}

/// Whether some window reaches beyond the input.
static int has_padding(const ckernels_weight_gradient *shape) {
    return shape->padding_top > 0 || shape->padding_left > 0 || padded_height(shape) > shape->input_height
        || padded_width(shape) > shape->input_width;
}

static int64_t weight_count(const ckernels_weight_gradient *shape) {
    return shape->groups * shape->outputs * shape->inputs * shape->kernel_height * shape->kernel_width;
}

#define KERNEL_TEMPLATE "BatchInnermostConvolutionTemplate.h"
#include "ForEachInstructionSet.h"

int64_t ckernels_convolution_scratch(const ckernels_convolution *shape) {
    return shape->groups * shape->outputs * shape->inputs * shape->kernel_height * shape->kernel_width;
}

void ckernels_convolve(
    int instructions, const ckernels_convolution *shape, const float *x, const float *weights, const float *bias, float *y,
    float *scratch) {
    pack_weights(shape, weights, scratch);
    CHOOSE(convolve, instructions)(shape, x, scratch, bias, y);
}

int64_t ckernels_weight_gradient_scratch(int instructions, const ckernels_weight_gradient *shape) {
    const int64_t sums = (weight_count(shape) + shape->groups * shape->outputs) * ckernels_lanes(instructions);
    const int64_t pixels = shape->groups * shape->inputs * padded_height(shape) * padded_width(shape);
    return sums + (has_padding(shape) ? pixels * least(shape->images, BLOCK_IMAGES) : 0);
}

void ckernels_convolution_weight_gradient(
    int instructions, const ckernels_weight_gradient *shape, const float *x, const float *dy, float *dweights, float *dbias,
    float *scratch) {
    CHOOSE(weight_gradient, instructions)(shape, x, dy, dweights, dbias, scratch);
}
