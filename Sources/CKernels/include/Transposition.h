#ifndef CKernels_Transposition_h
#define CKernels_Transposition_h

#include <stdint.h>

/// to[column][row] = from[row][column]: both without gaps, neither in the other's memory.
void ckernels_transpose(int instructions, int64_t rows, int64_t columns, const float *from, float *to);

#endif
