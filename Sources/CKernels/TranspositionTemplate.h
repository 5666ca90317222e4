// Part of Transposition.c, once for each set of instructions.
#include "VectorTemplate.h"

#if LANES == 16
#define ALL(lane, d) FOUR(lane, 0, d), FOUR(lane, 4, d), FOUR(lane, 8, d), FOUR(lane, 12, d)
#elif LANES == 8
#define ALL(lane, d) FOUR(lane, 0, d), FOUR(lane, 4, d)
#else
#define ALL(lane, d) FOUR(lane, 0, d)
#endif

#define EXCHANGE(d) \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++) { \
        if (i & d) continue; \
        const VECTOR a = tile[i], b = tile[i + d]; \
        tile[i] = __builtin_shufflevector(a, b, ALL(EARLIER, d)); \
        tile[i + d] = __builtin_shufflevector(a, b, ALL(LATER, d)); \
    }

/// A square of as many rows as a vector has lanes: exchanged halves, quarters and so on are the transpose.
COMPILED inline __attribute__((always_inline)) void VARIANT(transpose_tile)(
    int64_t rows, int64_t columns, const float *from, float *to) {
    VECTOR tile[LANES];
    _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++) tile[i] = LOAD(from + i * columns);
#if LANES == 16
    EXCHANGE(8)
#endif
#if LANES >= 8
    EXCHANGE(4)
#endif
    EXCHANGE(2)
    EXCHANGE(1)
    _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++) STORE(to + i * rows, tile[i]);
}

COMPILED void VARIANT(transpose)(int64_t rows, int64_t columns, const float *from, float *to) {
    const int64_t whole_rows = rows / LANES * LANES, whole_columns = columns / LANES * LANES;
    for (int64_t column = 0; column < whole_columns; column += LANES) {
        for (int64_t row = 0; row < whole_rows; row += LANES)
            VARIANT(transpose_tile)(rows, columns, from + row * columns + column, to + column * rows + row);
        for (int64_t row = whole_rows; row < rows; row++) {
            for (int64_t i = column; i < column + LANES; i++) to[i * rows + row] = from[row * columns + i];
        }
    }
    for (int64_t column = whole_columns; column < columns; column++) {
        for (int64_t row = 0; row < rows; row++) to[column * rows + row] = from[row * columns + column];
    }
}

#undef ALL
#undef EXCHANGE
#include "VectorTemplateEnd.h"
