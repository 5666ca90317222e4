#ifndef CKernels_FlippedWeights_h
#define CKernels_FlippedWeights_h

#include <stdint.h>

/// to[g][c][k][taps − 1 − t] = from[g][k][c][t]: the weights by which the gradient of a convolution's output is convolved to give that
/// of its input. Both without gaps, neither in the other's memory.
void ckernels_flip_weights(int64_t groups, int64_t outputs, int64_t inputs, int64_t taps, const float *from, float *to);

#endif
