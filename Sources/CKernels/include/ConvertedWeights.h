#ifndef CKernels_ConvertedWeights_h
#define CKernels_ConvertedWeights_h

#include <stdint.h>

/// Rounds rows of numbers to bfloat16, to nearest with ties to even, and weaves every two rows together:
/// to[pair][column][i] = from[2 pair + i][column], i being 0 or 1. What is not a number stays so. `columns` is a multiple of 16; both
/// begin at multiples of 64 bytes. A result of more than `cached_bytes`, what caches hold, is written past them: nobody reads it before
/// they have been refilled.
void ckernels_convert_pairs(
    int instructions, int64_t pairs, int64_t columns, int64_t cached_bytes, const float *from, uint16_t *to);

#endif
