#ifndef CKernels_FlippedWeights_h
#define CKernels_FlippedWeights_h

#include <stdint.h>

/// Outputs and inputs are near each other in one of the two tensors only: kernels of squares of `side` outputs and inputs are moved
/// together, at least 1, as many as the first cache holds twice.
///
/// to[g][c][k][taps − 1 − t] = from[g][k][c][t]: the weights by which the gradient of a convolution's output is convolved to give that
/// of its input. Both without gaps, neither in the other's memory.
void ckernels_flip_weights(
    int64_t groups, int64_t outputs, int64_t inputs, int64_t taps, int64_t side, const float *from, float *to);

#endif
