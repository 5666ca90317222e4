// Part of ConvertedWeights.c, once for each set of instructions.
typedef uint32_t VARIANT(words) __attribute__((vector_size(4 * LANES)));

COMPILED inline __attribute__((always_inline)) void VARIANT(convert)(
    int64_t pairs, int64_t columns, const float *from, uint16_t *to, int is_past) {
    for (int64_t pair = 0; pair < pairs; pair++, from += 2 * columns, to += 2 * columns) {
        for (int64_t column = 0; column < columns; column += LANES) {
            const VARIANT(words) *first = (const VARIANT(words) *)(from + column);
            const VARIANT(words) *second = (const VARIANT(words) *)(from + columns + column);
            const VARIANT(words) woven = ROUNDED_TO_BFLOAT16(*first, VARIANT(words)) >> 16
                | (ROUNDED_TO_BFLOAT16(*second, VARIANT(words)) & 0xFFFF0000);
            VARIANT(words) *place = (VARIANT(words) *)(to + 2 * column);
            if (is_past) __builtin_nontemporal_store(woven, place);
            else *place = woven;
        }
    }
}

COMPILED void VARIANT(convert_pairs)(int64_t pairs, int64_t columns, const float *from, uint16_t *to) {
    VARIANT(convert)(pairs, columns, from, to, 0);
}

COMPILED void VARIANT(convert_pairs_past)(int64_t pairs, int64_t columns, const float *from, uint16_t *to) {
    VARIANT(convert)(pairs, columns, from, to, 1);
#if defined(__x86_64__)
    // Written past the caches is written out of order.
    __builtin_ia32_sfence();
#endif
}
