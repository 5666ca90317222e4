// Part of Transposition.c, once for each set of instructions.
#include "VectorTemplate.h"
#include "SquareTemplate.h"

/// A square of as many rows as a vector has lanes.
COMPILED inline __attribute__((always_inline)) void VARIANT(transpose_tile)(
    int64_t rows, int64_t columns, const float *from, float *to) {
    VECTOR tile[LANES];
    _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++) tile[i] = LOAD(from + i * columns);
    TRANSPOSE(tile)
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

#include "SquareTemplateEnd.h"
#include "VectorTemplateEnd.h"
