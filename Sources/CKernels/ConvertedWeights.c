#include "ConvertedWeights.h"

#include "BFloat16.h"
#include "InstructionSets.h"

#define KERNEL_TEMPLATE "ConvertedWeightsTemplate.h"
#include "ForEachInstructionSet.h"

void ckernels_convert_pairs(
    int instructions, int64_t pairs, int64_t columns, int64_t cached_bytes, const float *from, uint16_t *to) {
    if (pairs * columns * 4 > cached_bytes) CHOOSE(convert_pairs_past, instructions)(pairs, columns, from, to);
    else CHOOSE(convert_pairs, instructions)(pairs, columns, from, to);
}
