// Convolutions of batch-innermost tensors, [C, H, W, N]: a vector holds one pixel of one channel of several images,
// so that nothing is padded however few the channels, and every weight is one number for all lanes.
//
// The images are a multiple of the lanes. Tensors begin at multiples of four bytes.
#ifndef CKernels_BatchInnermostConvolution_h
#define CKernels_BatchInnermostConvolution_h

#include <stdint.h>

/// What an element of the output gathers along one axis: tap `first_tap + i · tap_step` of the kernel times input
/// `first_input + i · input_step`, for 0 ≤ i < `count`; inputs beyond the edge are left out.
typedef struct {
    int32_t count;
    int32_t first_tap, tap_step;
    int32_t first_input, input_step;
} ckernels_walk;

enum { ckernels_identity = 0, ckernels_relu = 1, ckernels_tanh = 2 };

/// A convolution, or, with `rows` and `columns` that walk backwards, the gradient of one's input.
typedef struct {
    int64_t images, groups;
    /// Channels of one group that are read, and that are written.
    int64_t inputs, outputs;
    int64_t input_height, input_width, output_height, output_width, kernel_height, kernel_width;
    /// Elements of the weights between neighbouring channels that are read, and that are written; and between groups. A kernel's
    /// own elements are row-major.
    int64_t weight_input_stride, weight_output_stride, weight_group_stride;
    /// One for each row and each column of the output.
    const ckernels_walk *rows, *columns;
    int activation;
} ckernels_convolution;

/// Elements of scratch memory that `ckernels_convolve` wants: the weights in the order in which it reads them.
int64_t ckernels_convolution_scratch(const ckernels_convolution *shape);

/// y[k, p, q, n] = activation(bias[k] + Σ weight[k, c, r, s] · x[c, h, w, n]), summed in the order of c, r, s.
/// `bias` may be null.
void ckernels_convolve(
    int instructions, const ckernels_convolution *shape, const float *x, const float *weights, const float *bias, float *y,
    float *scratch);

/// The gradient of a convolution's weights: sums over images and pixels, a lane's share of the images each in a sum of its own.
typedef struct {
    int64_t images, groups;
    /// Channels of one group of the convolution's input and output.
    int64_t inputs, outputs;
    int64_t input_height, input_width, output_height, output_width, kernel_height, kernel_width;
    int64_t stride_height, stride_width, dilation_height, dilation_width;
    /// Before the first row and column; what is needed of it after the last follows from the extents.
    int64_t padding_top, padding_left;
} ckernels_weight_gradient;

/// Elements of scratch memory: a vector for each weight, and, where there is padding, some images with it.
int64_t ckernels_weight_gradient_scratch(int instructions, const ckernels_weight_gradient *shape);

/// dweight[k, c, r, s] = Σ dy[k, p, q, n] · x[c, h, w, n] and dbias[k] = Σ dy[k, p, q, n], in an order that the shape determines.
/// `dbias` may be null.
void ckernels_convolution_weight_gradient(
    int instructions, const ckernels_weight_gradient *shape, const float *x, const float *dy, float *dweights, float *dbias,
    float *scratch);

#endif
