#include "NarrowWeights.h"

#include "BFloat16.h"
#include "InstructionSets.h"

/// Results of more bytes than caches hold are written past them: nobody reads them before the caches have been refilled.
enum { BYTES_OF_CACHES = 16 << 20 };

#define KERNEL_TEMPLATE "NarrowWeightsTemplate.h"
#include "ForEachInstructionSet.h"

void ckernels_narrow_pairs(int instructions, int64_t pairs, int64_t columns, const float *from, uint16_t *to) {
    if (pairs * columns * 4 > BYTES_OF_CACHES) CHOOSE(narrow_pairs_past, instructions)(pairs, columns, from, to);
    else CHOOSE(narrow_pairs, instructions)(pairs, columns, from, to);
}
