#include "Transposition.h"

#include "InstructionSets.h"

// Lane l of a vector exchanges with the vector that is `d` away those lanes whose number has bit d otherwise than the vector's own.
#define EARLIER(l, d) ((l) & (d) ? LANES + (l) - (d) : (l))
#define LATER(l, d) ((l) & (d) ? LANES + (l) : (l) + (d))
#define FOUR(lane, l, d) lane(l, d), lane(l + 1, d), lane(l + 2, d), lane(l + 3, d)

#define KERNEL_TEMPLATE "TranspositionTemplate.h"
#include "ForEachInstructionSet.h"

void ckernels_transpose(int instructions, int64_t rows, int64_t columns, const float *from, float *to) {
    CHOOSE(transpose, instructions)(rows, columns, from, to);
}
