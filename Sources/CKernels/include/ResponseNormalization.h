// Local response normalisation across channels: y = x · s^−β with s = k + α · Σ x² over the channels around each (Krizhevsky et
// al. 2012, section 3.3), and its gradient dx = dy · s^−β − 2αβ · x · Σ dy · y / s. The gradient needs nothing but dy and x.
//
// Forward reads x from memory and writes y; backward reads dy and x and writes dx; all else stays in the first two caches. β of ½, ¾
// and 1 is taken by inverse square roots and divisions, any other by powf; arithmetic is in single precision also for bfloat16, which
// is rounded to nearest once, when it is stored. For s from 2⁻¹²⁶ to 2¹²⁶.

#ifndef CKernels_ResponseNormalization_h
#define CKernels_ResponseNormalization_h

#include <stddef.h>
#include <stdint.h>

typedef struct {
    /// What is normalised apart: examples, or each example's groups of channels. Images lie one behind the other.
    int64_t images;
    /// Of an image.
    int64_t channels, pixels;
    /// How many channels of a pixel lie side by side: 1 for rows of pixels (NCHW), 8 or 16 for the blocked layouts, `channels` for
    /// channels innermost (then all pixels can be one image). A last block that is not full is padded with zeros, and stays so.
    /// At least 4 or `channels`, unless it is 1; if there are several blocks, a multiple of 4.
    int64_t block;
    /// Channels in the window, odd.
    int64_t size;
    float alpha, beta, k;
    int is_bf16;
    /// Numbers of a set of lines, about: three sets of blocks fit into the first cache beside the tensors' own. Tiles of few pixels let memory
    /// be fetched a tile ahead; those of rows are longer, so that it is read in runs. No result depends on them.
    int64_t lines_in_blocks, lines_in_rows;
} ckernels_response;

/// Bytes of scratchpad, which is to begin at a multiple of 64.
size_t ckernels_response_forward_scratchpad(int instructions, const ckernels_response *response);
size_t ckernels_response_backward_scratchpad(int instructions, const ckernels_response *response);
/// `y` may be `x`.
void ckernels_response_forward(int instructions, const ckernels_response *response, const void *x, void *y, void *scratchpad);
/// `dx` may be `dy` or `x`.
void ckernels_response_backward(
    int instructions, const ckernels_response *response, const void *dy, const void *x, void *dx, void *scratchpad);

#endif
