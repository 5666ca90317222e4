// 3×3 and 5×5 convolutions of stride 1 by Winograd's minimal filtering F(4×4, 3×3) and F(2×2, 5×5), over images in blocks of channels: of each
// tile of outputs the 6 × 6 inputs under it are transformed, multiplied by transformed weights as 36 products of matrices, and transformed
// back: 36 multiplications for the direct sum's 144, and for its 100. Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016.
//
// Channels of a group are a multiple of the instructions' lanes. Every sum has one order, which the shape determines.
#ifndef CKernels_Winograd_h
#define CKernels_Winograd_h

#include <stdint.h>

/// A convolution, its input's gradient (which is a convolution of the output's gradient by weights turned round), or its weights' gradient.
typedef struct {
    int64_t images, groups;
    /// Channels of one group that are read, and that are written; of a weights' gradient those of the convolution's input and output.
    int64_t inputs, outputs;
    int64_t input_height, input_width, output_height, output_width;
    /// Rows and columns of the kernel: 3 or 5.
    int64_t kernel;
    /// Before the first row and column; what is needed of it after the last follows from the extents.
    int64_t padding_top, padding_left;
    /// Channels that lie side by side in an image: a multiple of the lanes that divides a group's.
    int64_t block;
    /// Elements of the weights between neighbouring channels that are read, and that are written; and between groups. A kernel's own
    /// elements are row-major, and turned round where `is_flipped`.
    int64_t weight_input_stride, weight_output_stride, weight_group_stride;
    int is_flipped;
    /// Whether negative outputs become 0.
    int rectifies;
    /// Tiles that are in work at once; no result depends on it.
    int64_t tiles;
} ckernels_winograd;

/// Elements of scratch memory that either function wants.
int64_t ckernels_winograd_scratch(const ckernels_winograd *shape);

/// y = x convolved with the weights, + bias unless it is null.
void ckernels_winograd_convolve(
    int instructions, const ckernels_winograd *shape, const float *x, const float *weights, const float *bias, float *y, float *scratch);

/// The gradient of the weights, whose strides are the shape's, and of the bias unless it is null.
void ckernels_winograd_weight_gradient(
    int instructions, const ckernels_winograd *shape, const float *x, const float *dy, float *dweights, float *dbias, float *scratch);

#endif
