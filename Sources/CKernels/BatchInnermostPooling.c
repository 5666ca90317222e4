#include "BatchInnermostPooling.h"

#include "Extents.h"
#include "InstructionSets.h"

/// From the first to before the last.
typedef struct {
    int64_t first, end;
} range;

/// The inputs under a window.
static range under(int64_t window, int64_t kernel, int64_t stride, int64_t padding, int64_t extent) {
    const int64_t start = window * stride - padding;
    return (range){most(start, 0), least(start + kernel, extent)};
}

/// The windows over an input.
static range over(int64_t input, int64_t kernel, int64_t stride, int64_t padding, int64_t windows) {
    const int64_t place = input + padding;
    return (range){place < kernel ? 0 : (place - kernel) / stride + 1, least(place / stride + 1, windows)};
}

static range rows_under(const ckernels_pooling *shape, int64_t p) {
    return under(p, shape->kernel_height, shape->stride_height, shape->padding_top, shape->input_height);
}

static range columns_under(const ckernels_pooling *shape, int64_t q) {
    return under(q, shape->kernel_width, shape->stride_width, shape->padding_left, shape->input_width);
}

static range rows_over(const ckernels_pooling *shape, int64_t h) {
    return over(h, shape->kernel_height, shape->stride_height, shape->padding_top, shape->output_height);
}

static range columns_over(const ckernels_pooling *shape, int64_t w) {
    return over(w, shape->kernel_width, shape->stride_width, shape->padding_left, shape->output_width);
}

/// What a sum over a window is multiplied by.
static float share(const ckernels_pooling *shape, range rows, range columns) {
    const int64_t count = shape->counts_padding ? shape->kernel_height * shape->kernel_width
                                                : (rows.end - rows.first) * (columns.end - columns.first);
    return 1.0f / (float)count;
}

#define KERNEL_TEMPLATE "BatchInnermostPoolingTemplate.h"
#include "ForEachInstructionSet.h"

void ckernels_average_pool(int instructions, const ckernels_pooling *shape, const float *x, float *y) {
    CHOOSE(average_pool, instructions)(shape, x, y);
}

void ckernels_average_pool_gradient(int instructions, const ckernels_pooling *shape, const float *dy, float *dx) {
    CHOOSE(average_pool_gradient, instructions)(shape, dy, dx);
}

void ckernels_max_pool(int instructions, const ckernels_pooling *shape, const float *x, float *y, uint8_t *winners) {
    CHOOSE(max_pool, instructions)(shape, x, y, winners);
}

void ckernels_max_pool_gradient(
    int instructions, const ckernels_pooling *shape, const float *dy, const uint8_t *winners, float *dx) {
    CHOOSE(max_pool_gradient, instructions)(shape, dy, winners, dx);
}
