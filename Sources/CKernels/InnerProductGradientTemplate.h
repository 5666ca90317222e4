// Part of InnerProductGradient.c, once for each set of instructions.
#include "VectorTemplate.h"

// Vectors of sums that fill the registers, beside the images' vectors and a weight; and how many of them are one input's.
#if REGISTERS == 32
#define SUMS 16
#define VECTORS 4
#else
#define SUMS 8
#define VECTORS 2
#endif

/// tile[i][n] (+)= Σ weights[i][o] · columns[o][n] for some inputs, `vectors` vectors of images and the outputs of a block.
COMPILED inline __attribute__((always_inline)) void VARIANT(add_square)(
    int inputs, int vectors, int64_t images, int64_t outputs, const float *weights, const float *columns, int is_first,
    float *tile) {
    VECTOR sum[SUMS];
    _Pragma("clang loop unroll(full)") for (int s = 0; s < inputs * vectors; s++)
        sum[s] = is_first ? (VECTOR){} : LOAD(tile + s / vectors * images + s % vectors * LANES);
    for (int64_t o = 0; o < outputs; o++) {
        VECTOR column[VECTORS];
        _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) column[v] = LOAD(columns + o * images + v * LANES);
        _Pragma("clang loop unroll(full)") for (int i = 0; i < inputs; i++) {
            const VECTOR weight = SPLAT(weights[i * outputs + o]);
            _Pragma("clang loop unroll(full)") for (int v = 0; v < vectors; v++) sum[i * vectors + v] += weight * column[v];
        }
    }
    _Pragma("clang loop unroll(full)") for (int s = 0; s < inputs * vectors; s++)
        STORE(tile + s / vectors * images + s % vectors * LANES, sum[s]);
}

/// The same for a block of inputs.
COMPILED inline __attribute__((always_inline)) void VARIANT(add_block)(
    int vectors, int64_t images, int64_t outputs, const float *weights, const float *columns, int is_first, float *tile) {
    const int inputs = SUMS / vectors < ckernels_input_block / 2 ? SUMS / VECTORS : SUMS / vectors;
    for (int i = 0; i < ckernels_input_block; i += inputs) {
        VARIANT(add_square)(
            inputs, vectors, images, outputs, weights + i * outputs, columns, is_first, tile + i * images);
    }
}

/// The same for all inputs of `blocks` blocks and all images.
COMPILED void VARIANT(add_products)(
    int64_t blocks, int64_t images, int64_t outputs, const float *weights, const float *columns, int is_first, float *tile) {
    const int64_t vectors = images / LANES, whole = vectors / VECTORS * VECTORS;
    for (int64_t block = 0; block < blocks; block++) {
        const float *rows = weights + block * ckernels_input_block * outputs;
        float *sums = tile + block * ckernels_input_block * images;
        // The next block comes from memory while this one is in work.
        for (int64_t line = 0; line < ckernels_input_block * outputs; line += 16)
            __builtin_prefetch(rows + ckernels_input_block * outputs + line);
        for (int64_t v = 0; v < whole; v += VECTORS)
            VARIANT(add_block)(VECTORS, images, outputs, rows, columns + v * LANES, is_first, sums + v * LANES);
        const float *rest = columns + whole * LANES;
        switch (vectors - whole) {
        case 1: VARIANT(add_block)(1, images, outputs, rows, rest, is_first, sums + whole * LANES); break;
#if VECTORS > 2
        case 2: VARIANT(add_block)(2, images, outputs, rows, rest, is_first, sums + whole * LANES); break;
        case 3: VARIANT(add_block)(3, images, outputs, rows, rest, is_first, sums + whole * LANES); break;
#endif
        default: break;
        }
    }
}

/// rows[n][i] = tile[i][n], for those images that there are.
COMPILED void VARIANT(store_rows)(
    int64_t images, int64_t padded, int64_t inputs, int64_t stride, const float *tile, float *rows) {
    for (int64_t first = 0; first < inputs; first += LANES) {
        const int64_t end = first + LANES < inputs ? first + LANES : inputs;
        for (int64_t n = 0; n < images; n++) {
            for (int64_t i = first; i < end; i++) rows[n * stride + i] = tile[i * padded + n];
        }
    }
}

#undef SUMS
#undef VECTORS
#include "VectorTemplateEnd.h"
