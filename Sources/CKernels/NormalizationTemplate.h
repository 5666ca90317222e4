// Part of Normalization.c, once for each set of instructions.
#include "VectorTemplate.h"

#define INLINE COMPILED inline __attribute__((always_inline))

typedef double VARIANT(doubles) __attribute__((vector_size(8 * LANES), aligned(8), may_alias));
#define DOUBLES VARIANT(doubles)
#define WIDENED(x) __builtin_convertvector(x, DOUBLES)

/// `count` numbers from memory, zeros behind them.
INLINE VECTOR VARIANT(load)(const float *memory, int64_t count) {
    if (__builtin_expect(count == LANES, 1)) return LOAD(memory);
    VECTOR value = {};
    memcpy(&value, memory, (size_t)count * sizeof *memory);
    return value;
}

INLINE void VARIANT(store)(float *memory, int64_t count, VECTOR value) {
    if (__builtin_expect(count == LANES, 1)) STORE(memory, value);
    else memcpy(memory, &value, (size_t)count * sizeof *memory);
}

/// dy where y is positive; y is none where nothing is cut off.
INLINE VECTOR VARIANT(passed)(const float *dy, const float *y, int64_t at, int64_t count) {
    const VECTOR gradient = VARIANT(load)(dy + at, count);
    return y ? SELECT((BITS)(VARIANT(load)(y + at, count) > 0), gradient, (VECTOR){}) : gradient;
}

/// A run of memory that vectors go through: `steps` of them, `stride` numbers apart; the last has `last` numbers, the others `width`.
typedef struct {
    int64_t start, steps, stride, width, last;
} VARIANT(run);
#define RUN VARIANT(run)

/// How many vectors of channels a block has; a row is one channel, whose pixels the vectors go through.
INLINE int64_t VARIANT(columns)(const ckernels_normalization *shape) {
    return shape->block == 1 ? 1 : (shape->block + LANES - 1) / LANES;
}

/// What an image has of a column of a block.
INLINE RUN VARIANT(run_of)(const ckernels_normalization *shape, int64_t image, int64_t block, int64_t column) {
    const int64_t start = (image * shape->blocks + block) * shape->pixels * shape->block;
    if (shape->block == 1) {
        const int64_t steps = (shape->pixels + LANES - 1) / LANES;
        return (RUN){start, steps, LANES, LANES, shape->pixels - (steps - 1) * LANES};
    }
    const int64_t rest = shape->block - column * LANES, width = rest < LANES ? rest : LANES;
    return (RUN){start + column * LANES, shape->pixels, shape->block, width, width};
}

/// The numbers of a column's channels, one for each lane: of a row the same in all.
INLINE VECTOR VARIANT(of_channels)(const ckernels_normalization *shape, const float *numbers, int64_t block, int64_t column) {
    if (shape->block == 1) return SPLAT(numbers[block]);
    const int64_t rest = shape->block - column * LANES;
    return VARIANT(load)(numbers + block * shape->block + column * LANES, rest < LANES ? rest : LANES);
}

/// Writes the sums of a column's channels: of a row that of all lanes.
INLINE void VARIANT(keep)(
    const ckernels_normalization *shape, const DOUBLES *first, const DOUBLES *second, int64_t block, int64_t column, double *sums) {
    double sum[LANES];
    for (int lane = 0; lane < LANES; lane++) sum[lane] = (*first)[lane] + (*second)[lane];
    if (shape->block == 1) {
        double total = 0;
        for (int lane = 0; lane < LANES; lane++) total += sum[lane];
        sums[block] = total;
        return;
    }
    const int64_t rest = shape->block - column * LANES;
    for (int lane = 0; lane < LANES && lane < rest; lane++) sums[block * shape->block + column * LANES + lane] = sum[lane];
}

INLINE void VARIANT(add_squares)(VECTOR x, DOUBLES *sum, DOUBLES *squares) {
    const DOUBLES wide = WIDENED(x);
    *sum += wide;
    *squares += wide * wide;
}

COMPILED void VARIANT(moments)(const ckernels_normalization *shape, const float *x, double *sums, double *squares) {
    for (int64_t block = 0; block < shape->blocks; block++) {
        for (int64_t column = 0; column < VARIANT(columns)(shape); column++) {
            DOUBLES sum[2] = {}, square[2] = {};
            for (int64_t image = 0; image < shape->images; image++) {
                const RUN run = VARIANT(run_of)(shape, image, block, column);
                const float *from = x + run.start;
                int64_t step = 0;
                for (; step + 2 < run.steps; step += 2) {
                    VARIANT(add_squares)(VARIANT(load)(from + step * run.stride, run.width), &sum[0], &square[0]);
                    VARIANT(add_squares)(VARIANT(load)(from + (step + 1) * run.stride, run.width), &sum[1], &square[1]);
                }
                for (; step < run.steps; step++) {
                    const int64_t count = step + 1 < run.steps ? run.width : run.last;
                    VARIANT(add_squares)(VARIANT(load)(from + step * run.stride, count), &sum[0], &square[0]);
                }
            }
            VARIANT(keep)(shape, &sum[0], &sum[1], block, column, sums);
            VARIANT(keep)(shape, &square[0], &square[1], block, column, squares);
        }
    }
}

COMPILED void VARIANT(forward)(
    const ckernels_normalization *shape, const float *x, const float *mean, const float *factor, const float *shift,
    const float *shortcut, int rectifies, float *y) {
    for (int64_t image = 0; image < shape->images; image++) {
        for (int64_t block = 0; block < shape->blocks; block++) {
            for (int64_t column = 0; column < VARIANT(columns)(shape); column++) {
                const VECTOR m = VARIANT(of_channels)(shape, mean, block, column);
                const VECTOR f = VARIANT(of_channels)(shape, factor, block, column);
                const VECTOR s = VARIANT(of_channels)(shape, shift, block, column);
                const RUN run = VARIANT(run_of)(shape, image, block, column);
                for (int64_t step = 0; step < run.steps; step++) {
                    const int64_t at = run.start + step * run.stride, count = step + 1 < run.steps ? run.width : run.last;
                    VECTOR z = (VARIANT(load)(x + at, count) - m) * f + s;
                    if (shortcut) z += VARIANT(load)(shortcut + at, count);
                    VARIANT(store)(y + at, count, rectifies ? VARIANT(relu)(z) : z);
                }
            }
        }
    }
}

INLINE void VARIANT(add_products)(
    const float *dy, const float *x, const float *y, VECTOR mean, int64_t at, int64_t count, DOUBLES *sum, DOUBLES *product) {
    const VECTOR dz = VARIANT(passed)(dy, y, at, count);
    *sum += WIDENED(dz);
    *product += WIDENED(dz * (VARIANT(load)(x + at, count) - mean));
}

COMPILED void VARIANT(gradient_sums)(
    const ckernels_normalization *shape, const float *dy, const float *x, const float *y, const float *mean, double *sums,
    double *products) {
    for (int64_t block = 0; block < shape->blocks; block++) {
        for (int64_t column = 0; column < VARIANT(columns)(shape); column++) {
            const VECTOR m = VARIANT(of_channels)(shape, mean, block, column);
            DOUBLES sum[2] = {}, product[2] = {};
            for (int64_t image = 0; image < shape->images; image++) {
                const RUN run = VARIANT(run_of)(shape, image, block, column);
                int64_t step = 0, at = run.start;
                for (; step + 2 < run.steps; step += 2, at += 2 * run.stride) {
                    VARIANT(add_products)(dy, x, y, m, at, run.width, &sum[0], &product[0]);
                    VARIANT(add_products)(dy, x, y, m, at + run.stride, run.width, &sum[1], &product[1]);
                }
                for (; step < run.steps; step++, at += run.stride)
                    VARIANT(add_products)(dy, x, y, m, at, step + 1 < run.steps ? run.width : run.last, &sum[0], &product[0]);
            }
            VARIANT(keep)(shape, &sum[0], &sum[1], block, column, sums);
            VARIANT(keep)(shape, &product[0], &product[1], block, column, products);
        }
    }
}

COMPILED void VARIANT(backward)(
    const ckernels_normalization *shape, const float *dy, const float *x, const float *y, const float *mean, const float *factor,
    const float *offset, const float *slope, float *dx, float *dz) {
    for (int64_t image = 0; image < shape->images; image++) {
        for (int64_t block = 0; block < shape->blocks; block++) {
            for (int64_t column = 0; column < VARIANT(columns)(shape); column++) {
                const VECTOR m = VARIANT(of_channels)(shape, mean, block, column);
                const VECTOR f = VARIANT(of_channels)(shape, factor, block, column);
                const VECTOR o = VARIANT(of_channels)(shape, offset, block, column);
                const VECTOR s = VARIANT(of_channels)(shape, slope, block, column);
                const RUN run = VARIANT(run_of)(shape, image, block, column);
                for (int64_t step = 0; step < run.steps; step++) {
                    const int64_t at = run.start + step * run.stride, count = step + 1 < run.steps ? run.width : run.last;
                    const VECTOR gradient = VARIANT(passed)(dy, y, at, count);
                    const VECTOR centred = VARIANT(load)(x + at, count) - m;
                    if (dz) VARIANT(store)(dz + at, count, gradient);
                    VARIANT(store)(dx + at, count, (gradient - o - centred * s) * f);
                }
            }
        }
    }
}

#undef RUN
#undef DOUBLES
#undef WIDENED
#undef INLINE
#include "VectorTemplateEnd.h"
