#include "Transposition.h"

#include "InstructionSets.h"

#define KERNEL_TEMPLATE "TranspositionTemplate.h"
#include "ForEachInstructionSet.h"

void ckernels_transpose(int instructions, int64_t rows, int64_t columns, const float *from, float *to) {
    CHOOSE(transpose, instructions)(rows, columns, from, to);
}
