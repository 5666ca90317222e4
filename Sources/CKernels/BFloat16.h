// Rounding to bfloat16, the upper half of a number in single precision.
#ifndef CKernels_BFloat16_h
#define CKernels_BFloat16_h

#include <stdint.h>

/// Of the bits of numbers in single precision, a vector of `words`: their bfloat16 in the upper halves, to nearest with ties to even;
/// the lower halves are of no meaning. What is not a number stays so.
#define ROUNDED_TO_BFLOAT16(bits, words)                                                             \
    ({                                                                                               \
        const words rounded_bits = (bits);                                                           \
        const words is_nan = (words)((rounded_bits & 0x7FFFFFFF) > 0x7F800000);                      \
        ((rounded_bits + 0x7FFF + ((rounded_bits >> 16) & 1)) & ~is_nan) | ((rounded_bits | 0x400000) & is_nan); \
    })

#endif
