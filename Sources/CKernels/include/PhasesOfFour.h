#ifndef CKernels_PhasesOfFour_h
#define CKernels_PhasesOfFour_h

#include <stdint.h>

/// Sorts four rows of an image by their positions within squares of 4 × 4, which lie one behind the other: for each of `squares`,
/// to[square][4 i + j] = from[i row + 4 square + j]. `row` is the distance between rows in elements.
void ckernels_phases_of_four(int instructions, int64_t squares, const float *from, int64_t row, float *to);
/// The same, rounded to bfloat16, to nearest with ties to even.
void ckernels_phases_of_four_in_bfloat16(int instructions, int64_t squares, const float *from, int64_t row, uint16_t *to);

#endif
