// Batch normalisation (Ioffe and Szegedy 2015): sums over each channel, and the passes that use what was made of them. Sums are in
// double precision, so that no mean is too large for its variance; all else is in single precision.

#ifndef CKernels_Normalization_h
#define CKernels_Normalization_h

#include <stdint.h>

typedef struct {
    /// Images lie one behind the other; with channels innermost all pixels can be one image.
    int64_t images;
    /// Blocks of channels in an image, and pixels.
    int64_t blocks, pixels;
    /// How many channels of a pixel lie side by side: 1 for rows of pixels (NCHW). Padding is as good as channels.
    int64_t block;
} ckernels_normalization;

/// Sums and sums of squares of each of the blocks · block channels.
void ckernels_normalization_moments(
    int instructions, const ckernels_normalization *shape, const float *x, double *sums, double *squares);

/// y = (x − mean) · factor + shift, then + shortcut unless it is NULL, then max(·, 0) if `rectifies`. `y` may be `x` or `shortcut`.
void ckernels_normalization_forward(
    int instructions, const ckernels_normalization *shape, const float *x, const float *mean, const float *factor, const float *shift,
    const float *shortcut, int rectifies, float *y);

/// Σ dz and Σ dz · (x − mean) of each channel, dz being dy where `y` is positive, and 0 elsewhere; dy itself where y is NULL.
void ckernels_normalization_gradient_sums(
    int instructions, const ckernels_normalization *shape, const float *dy, const float *x, const float *y, const float *mean,
    double *sums, double *products);

/// dx = (dz − offset − (x − mean) · slope) · factor, and dz unless it is NULL. `dx` or `dz` may be `dy`.
void ckernels_normalization_backward(
    int instructions, const ckernels_normalization *shape, const float *dy, const float *x, const float *y, const float *mean,
    const float *factor, const float *offset, const float *slope, float *dx, float *dz);

#endif
