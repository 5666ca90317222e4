#include "include/ResponseNormalization.h"

#include <math.h>
#include <string.h>

#include "ResponseWalk.h"

#define FOUR_FROM(n) (n), (n) + 1, (n) + 2, (n) + 3
#define EIGHT_FROM(n) FOUR_FROM(n), FOUR_FROM((n) + 4)
#define SIXTEEN_FROM(n) EIGHT_FROM(n), EIGHT_FROM((n) + 8)
#define INLINE static inline __attribute__((always_inline))

#define WIDTH 4
#define NAME(name) name##_4
#define LANES_FROM FOUR_FROM
#include "ResponseLoops.h"
#undef WIDTH
#undef NAME
#undef LANES_FROM

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define WIDTH 8
#define NAME(name) name##_8
#define LANES_FROM EIGHT_FROM
#include "ResponseLoops.h"
#undef WIDTH
#undef NAME
#undef LANES_FROM
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,fma"))), apply_to = function)
#define WIDTH 16
#define NAME(name) name##_16
#define LANES_FROM SIXTEEN_FROM
#include "ResponseLoops.h"
#undef WIDTH
#undef NAME
#undef LANES_FROM
#pragma clang attribute pop

int ckernels_response_supports(int instructions) {
    switch (instructions) {
    case ckernels_response_instructions_avx2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ckernels_response_instructions_avx512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
            && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("fma");
    default: return 1;
    }
}
#else
int ckernels_response_supports(int instructions) {
    return instructions == ckernels_response_instructions_best || instructions == ckernels_response_instructions_portable;
}
#endif

/// Vectors do not cross blocks, unless a pixel's channels are one block.
static int fits(const ckernels_response *by, int64_t width) {
    return by->block == 1 || by->block % width == 0 || (by->block >= by->channels && by->block > width);
}

static int64_t vector_width(const ckernels_response *by) {
    const int best = by->instructions == ckernels_response_instructions_best;
    if ((best || by->instructions == ckernels_response_instructions_avx512)
        && ckernels_response_supports(ckernels_response_instructions_avx512) && fits(by, 16))
        return 16;
    if (by->instructions != ckernels_response_instructions_portable
        && ckernels_response_supports(ckernels_response_instructions_avx2) && fits(by, 8))
        return 8;
    return 4;
}

static size_t scratchpad(const ckernels_response *response, size_t sets) {
    return sets * (size_t)response_walk_through(response, vector_width(response), response->block == 1).lines * sizeof(float);
}

size_t ckernels_response_forward_scratchpad(const ckernels_response *response) { return scratchpad(response, 1); }
size_t ckernels_response_backward_scratchpad(const ckernels_response *response) { return scratchpad(response, 3); }

static void run(const ckernels_response *response, const void *dy, const void *x, void *result, void *scratchpad) {
    switch (vector_width(response)) {
#if defined(__x86_64__)
    case 16: pass_16(response, dy, x, result, scratchpad); break;
    case 8: pass_8(response, dy, x, result, scratchpad); break;
#endif
    default: pass_4(response, dy, x, result, scratchpad);
    }
}

void ckernels_response_forward(const ckernels_response *response, const void *x, void *y, void *scratchpad) {
    run(response, NULL, x, y, scratchpad);
}

void ckernels_response_backward(const ckernels_response *response, const void *dy, const void *x, void *dx, void *scratchpad) {
    run(response, dy, x, dx, scratchpad);
}
