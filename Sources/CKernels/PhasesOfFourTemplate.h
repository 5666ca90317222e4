// Part of PhasesOfFour.c, once for each set of instructions.
typedef float VARIANT(square) __attribute__((vector_size(64), aligned(4)));
typedef uint32_t VARIANT(square_words) __attribute__((vector_size(64)));
typedef uint16_t VARIANT(square_halves) __attribute__((vector_size(32)));

/// Fetches the same square of the next four rows, too: rows are too short for the processor to guess what comes after them.
COMPILED inline __attribute__((always_inline)) void VARIANT(read_square)(
    const float *from, int64_t row, VARIANT(square) *square) {
    for (int i = 4; i < 8; i++) __builtin_prefetch(from + i * row);
    const four rows[4] = {
        *(const four *)from, *(const four *)(from + row), *(const four *)(from + 2 * row), *(const four *)(from + 3 * row)};
    memcpy(square, rows, sizeof *square);
}

COMPILED void VARIANT(phases_of_four)(int64_t squares, const float *from, int64_t row, float *to) {
    for (int64_t square = 0; square < squares; square++, from += 4, to += 16) {
        VARIANT(read_square)(from, row, (VARIANT(square) *)to);
    }
}

COMPILED void VARIANT(phases_of_four_in_bfloat16)(int64_t squares, const float *from, int64_t row, uint16_t *to) {
    for (int64_t square = 0; square < squares; square++, from += 4, to += 16) {
        VARIANT(square) values;
        VARIANT(read_square)(from, row, &values);
        const VARIANT(square_words) bits = (VARIANT(square_words))values;
        const VARIANT(square_halves) rounded =
            __builtin_convertvector(ROUNDED_TO_BFLOAT16(bits, VARIANT(square_words)) >> 16, VARIANT(square_halves));
        memcpy(to, &rounded, sizeof rounded);
    }
}
