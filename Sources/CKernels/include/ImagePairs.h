// The gradient of a convolution's weights in bfloat16, by products of two images at a time: at stride 1, without dilation.
//
//     dw[k, c, r, s] = Σ over n, p, q of dy[n, k, p, q] · x[n, c, p + r − top, q + s − left]
//
// Sums are taken in single precision: over some rows of two images, then over those.
#ifndef CKernels_ImagePairs_h
#define CKernels_ImagePairs_h

#include <stdint.h>

typedef struct {
    int64_t images, groups;
    /// Channels of a group, multiples of 16.
    int64_t inputs, outputs;
    int64_t input_height, input_width, output_height, output_width;
    /// The width is 3 or 5.
    int64_t kernel_height, kernel_width;
    /// Zeros before the first row and column.
    int64_t padding_top, padding_left;
} ckernels_image_pairs;

/// Whether this processor multiplies pairs of bfloat16 (AVX512_BF16).
int ckernels_image_pairs_exist(void);
/// Bytes of scratchpad, which is to begin at a multiple of 64.
int64_t ckernels_image_pairs_scratch(const ckernels_image_pairs *shape);
/// Both tensors in blocks of 16 channels, [N][channels / 16][height][width][16], in bfloat16. The gradient lies in blocks of 16 × 16,
/// [group][K / 16][C / 16][R][S][16 c][16 k]; `bias` is given the sums of dy by channel, unless it is NULL.
void ckernels_image_pairs_weight_gradient(
    const ckernels_image_pairs *shape, const uint16_t *x, const uint16_t *dy, float *weights, float *bias, void *scratch);

#endif
