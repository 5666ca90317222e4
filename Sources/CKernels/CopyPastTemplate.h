// Part of CopyPast.c, once for each set of instructions.
typedef float VARIANT(anywhere) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef float VARIANT(aligned) __attribute__((vector_size(4 * LANES), may_alias));

COMPILED void VARIANT(copy_past)(int64_t count, const float *from, float *to) {
    int64_t i = 0;
    for (; i < count && (uintptr_t)(to + i) % sizeof(VARIANT(aligned)) != 0; i++) to[i] = from[i];
    for (; i + LANES <= count; i += LANES) {
        const VARIANT(aligned) numbers = *(const VARIANT(anywhere) *)(from + i);
        __builtin_nontemporal_store(numbers, (VARIANT(aligned) *)(to + i));
    }
    for (; i < count; i++) to[i] = from[i];
#if defined(__x86_64__)
    // Written past the caches is written out of order.
    __builtin_ia32_sfence();
#endif
}
