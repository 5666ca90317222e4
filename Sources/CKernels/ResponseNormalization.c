#include "ResponseNormalization.h"

#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "BFloat16.h"
#include "InstructionSets.h"
#include "ResponseWalk.h"

#define FOUR_FROM(n) (n), (n) + 1, (n) + 2, (n) + 3
#define EIGHT_FROM(n) FOUR_FROM(n), FOUR_FROM((n) + 4)

#define KERNEL_TEMPLATE "ResponseNormalizationTemplate.h"
#include "ForEachInstructionSet.h"

/// Vectors do not cross blocks, unless a pixel's channels are one block.
static int fits(const ckernels_response *by, int64_t lanes) {
    return by->block == 1 || by->block % lanes == 0 || (by->block >= by->channels && by->block > lanes);
}

/// The best of `instructions` and those before whose vectors fit.
static int fitting(int instructions, const ckernels_response *by) {
    while (instructions != ckernels_portable && !fits(by, ckernels_lanes(instructions))) instructions--;
    return instructions;
}

static size_t scratchpad(int instructions, const ckernels_response *response, size_t sets) {
    const int64_t lanes = ckernels_lanes(fitting(instructions, response));
    return sets * (size_t)response_walk_through(response, lanes, response->block == 1).lines * sizeof(float);
}

size_t ckernels_response_forward_scratchpad(int instructions, const ckernels_response *response) {
    return scratchpad(instructions, response, 1);
}

size_t ckernels_response_backward_scratchpad(int instructions, const ckernels_response *response) {
    return scratchpad(instructions, response, 3);
}

void ckernels_response_forward(
    int instructions, const ckernels_response *response, const void *x, void *y, void *scratchpad) {
    CHOOSE(pass, fitting(instructions, response))(response, NULL, x, y, scratchpad);
}

void ckernels_response_backward(
    int instructions, const ckernels_response *response, const void *dy, const void *x, void *dx, void *scratchpad) {
    CHOOSE(pass, fitting(instructions, response))(response, dy, x, dx, scratchpad);
}
