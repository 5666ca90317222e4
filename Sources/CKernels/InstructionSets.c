#include "InstructionSets.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static int limit_in_environment(void) {
    const char *name = getenv("PARTRAIN_MAX_ISA");
    if (name == NULL || *name == 0) return ckernels_no_limit;
    if (strcmp(name, "portable") == 0) return ckernels_portable;
    if (strcmp(name, "avx2") == 0) return ckernels_avx2;
    if (strcmp(name, "avx512") == 0) return ckernels_avx512;
    return ckernels_unknown_limit;
}

int ckernels_instruction_limit(void) {
    // Not read yet: no value of a limit. Two threads that read it at once read the same.
    static atomic_int limit = -3;
    int known = atomic_load(&limit);
    if (known == -3) {
        known = limit_in_environment();
        atomic_store(&limit, known);
    }
    return known;
}

static int processor_instructions(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        return ckernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return ckernels_avx2;
#endif
    return ckernels_portable;
}

int ckernels_best_instructions(void) {
    const int limit = ckernels_instruction_limit(), best = processor_instructions();
    return limit >= 0 && limit < best ? limit : best;
}

int ckernels_lanes(int instructions) {
    return instructions == ckernels_avx512 ? 16 : instructions == ckernels_avx2 ? 8 : 4;
}
