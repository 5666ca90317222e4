// Pooling of batch-innermost tensors, [C, H, W, N]. The images are a multiple of the lanes.
#ifndef CKernels_BatchInnermostPooling_h
#define CKernels_BatchInnermostPooling_h

#include <stdint.h>

typedef struct {
    int64_t images, channels;
    int64_t input_height, input_width, output_height, output_width, kernel_height, kernel_width;
    int64_t stride_height, stride_width, padding_top, padding_left;
    /// Whether a mean is one of the window's elements, padding among them, or of the input's under it.
    int counts_padding;
} ckernels_pooling;

/// y = the mean of each window.
void ckernels_average_pool(int instructions, const ckernels_pooling *shape, const float *x, float *y);

/// dx: each window's gradient in equal parts to its elements, in the order of the windows.
void ckernels_average_pool_gradient(int instructions, const ckernels_pooling *shape, const float *dy, float *dx);

/// y = the maximum of each window; `winners`, which may be null, gets its place there, row by row: of equals the first. Windows have
/// at most 255 elements.
void ckernels_max_pool(int instructions, const ckernels_pooling *shape, const float *x, float *y, uint8_t *winners);

/// dx: each window's gradient to the element that won it, in the order of the windows.
void ckernels_max_pool_gradient(
    int instructions, const ckernels_pooling *shape, const float *dy, const uint8_t *winners, float *dx);

#endif
