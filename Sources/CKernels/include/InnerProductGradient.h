// The gradient of a dense layer's input, from weights as the library's forward pass likes them: in blocks of some outputs and 16
// inputs, outputs innermost. The library transposes each block first, whatever the batch; here the batch is what vectors hold, and
// every weight is one number for all their lanes.
#ifndef CKernels_InnerProductGradient_h
#define CKernels_InnerProductGradient_h

#include <stdint.h>

enum { ckernels_input_block = 16 };

typedef struct {
    int64_t images, inputs, outputs;
    /// Outputs of a block: 16, 32 or 64. Blocks that are not full are padded with zeros: [outputs/b][inputs/16][16][b].
    int64_t output_block;
    /// Bytes of dx in work: with a block of dy they should stay in the second-level cache while all the weights of their inputs go by.
    /// Sums do not depend on them.
    int64_t tile_bytes;
} ckernels_inner_product;

/// Elements of scratch memory: dy batch-innermost, and a part of dx so.
int64_t ckernels_inner_product_gradient_scratch(int instructions, const ckernels_inner_product *shape);

/// dx[n, i] = Σ dy[n, o] · weights[o, i], summed in the order of o, whatever the number of images. dy and dx are row-major.
void ckernels_inner_product_gradient(
    int instructions, const ckernels_inner_product *shape, const float *dy, const float *weights, float *dx, float *scratch);

#endif
