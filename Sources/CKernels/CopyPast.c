#include "CopyPast.h"

#include "InstructionSets.h"

#define KERNEL_TEMPLATE "CopyPastTemplate.h"
#include "ForEachInstructionSet.h"

void ckernels_copy_past(int instructions, int64_t count, const float *from, float *to) {
    CHOOSE(copy_past, instructions)(count, from, to);
}
