#include "PhasesOfFour.h"

#include <string.h>

#include "BFloat16.h"
#include "InstructionSets.h"

typedef float four __attribute__((vector_size(16), aligned(4)));

#define KERNEL_TEMPLATE "PhasesOfFourTemplate.h"
#include "ForEachInstructionSet.h"

void ckernels_phases_of_four(int instructions, int64_t squares, const float *from, int64_t row, float *to) {
    CHOOSE(phases_of_four, instructions)(squares, from, row, to);
}

void ckernels_phases_of_four_in_bfloat16(
    int instructions, int64_t squares, const float *from, int64_t row, uint16_t *to) {
    CHOOSE(phases_of_four_in_bfloat16, instructions)(squares, from, row, to);
}
