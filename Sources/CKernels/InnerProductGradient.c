#include "InnerProductGradient.h"

#include "Extents.h"
#include "InstructionSets.h"
#include "Transposition.h"

/// Images in whole vectors, as the kernels hold them.
static int64_t padded_images(int instructions, const ckernels_inner_product *shape) {
    const int64_t lanes = ckernels_lanes(instructions);
    return (shape->images + lanes - 1) / lanes * lanes;
}

static int64_t padded_outputs(const ckernels_inner_product *shape) {
    return (shape->outputs + shape->output_block - 1) / shape->output_block * shape->output_block;
}

static int64_t input_blocks(const ckernels_inner_product *shape) {
    return (shape->inputs + ckernels_input_block - 1) / ckernels_input_block;
}

/// Inputs of a part of dx, whole blocks of them, and no more than there are.
static int64_t tile_inputs(const ckernels_inner_product *shape, int64_t images) {
    const int64_t fitting = shape->tile_bytes / ((int64_t)sizeof(float) * images * ckernels_input_block);
    return most(1, least(fitting, input_blocks(shape))) * ckernels_input_block;
}

#define KERNEL_TEMPLATE "InnerProductGradientTemplate.h"
#include "ForEachInstructionSet.h"

int64_t ckernels_inner_product_gradient_scratch(int instructions, const ckernels_inner_product *shape) {
    const int64_t images = padded_images(instructions, shape);
    return (padded_outputs(shape) + tile_inputs(shape, images)) * images;
}

void ckernels_inner_product_gradient(
    int instructions, const ckernels_inner_product *shape, const float *dy, const float *weights, float *dx, float *scratch) {
    const int64_t images = padded_images(instructions, shape), outputs = padded_outputs(shape);
    const int64_t blocks = input_blocks(shape);
    const int64_t step = tile_inputs(shape, images) / ckernels_input_block, b = shape->output_block;
    float *const columns = scratch, *const tile = scratch + outputs * images;
    if (images == shape->images) {
        ckernels_transpose(instructions, images, shape->outputs, dy, columns);
    } else {
        for (int64_t o = 0; o < shape->outputs; o++) {
            for (int64_t n = 0; n < images; n++) columns[o * images + n] = n < shape->images ? dy[n * shape->outputs + o] : 0;
        }
    }
    for (int64_t i = shape->outputs * images; i < outputs * images; i++) columns[i] = 0;
    for (int64_t first = 0; first < blocks; first += step) {
        const int64_t count = first + step < blocks ? step : blocks - first;
        for (int64_t o = 0; o < outputs; o += b) {
            const float *block = weights + (o * blocks + first * b) * ckernels_input_block;
            CHOOSE(add_products, instructions)(count, images, b, block, columns + o * images, o == 0, tile);
        }
        const int64_t start = first * ckernels_input_block;
        const int64_t inputs = start + count * ckernels_input_block <= shape->inputs ? count * ckernels_input_block : shape->inputs - start;
        CHOOSE(store_rows, instructions)(shape->images, images, inputs, shape->inputs, tile, dx + start);
    }
}
