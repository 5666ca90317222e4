#include "InstructionSets.h"

int ckernels_best_instructions(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        return ckernels_avx512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return ckernels_avx2;
#endif
    return ckernels_portable;
}

int ckernels_lanes(int instructions) {
    return instructions == ckernels_avx512 ? 16 : instructions == ckernels_avx2 ? 8 : 4;
}
