// Part of ResponseNormalization.c, once for each set of instructions.

/// As many numbers as a vector has lanes, counted from n.
#if LANES == 16
#define LANES_FROM(n) EIGHT_FROM(n), EIGHT_FROM((n) + 8)
#elif LANES == 8
#define LANES_FROM EIGHT_FROM
#else
#define LANES_FROM FOUR_FROM
#endif
#define INLINE COMPILED inline __attribute__((always_inline))

typedef float VARIANT(floats) __attribute__((ext_vector_type(LANES)));
typedef uint32_t VARIANT(words) __attribute__((ext_vector_type(LANES)));
typedef int32_t VARIANT(integers) __attribute__((ext_vector_type(LANES)));
typedef uint16_t VARIANT(halves) __attribute__((ext_vector_type(LANES)));

/// `count` numbers from memory, zeros behind them.
INLINE VARIANT(floats) VARIANT(load)(const void *memory, int64_t at, int64_t count, int is_bf16) {
    if (is_bf16) {
        VARIANT(halves) halves = 0;
        const uint16_t *from = (const uint16_t *)memory + at;
        if (__builtin_expect(count == LANES, 1)) memcpy(&halves, from, sizeof halves);
        else memcpy(&halves, from, (size_t)count * sizeof *from);
        return (VARIANT(floats))(__builtin_convertvector(halves, VARIANT(words)) << 16);
    }
    VARIANT(floats) value = 0;
    const float *from = (const float *)memory + at;
    if (__builtin_expect(count == LANES, 1)) memcpy(&value, from, sizeof value);
    else memcpy(&value, from, (size_t)count * sizeof *from);
    return value;
}

/// The first `count` numbers to memory; bfloat16 rounded to nearest, ties to even.
INLINE void VARIANT(store)(void *memory, int64_t at, int64_t count, int is_bf16, VARIANT(floats) value) {
    if (is_bf16) {
        const VARIANT(words) rounded = ROUNDED_TO_BFLOAT16((VARIANT(words))value, VARIANT(words)) >> 16;
        const VARIANT(halves) halves = __builtin_convertvector(rounded, VARIANT(halves));
        uint16_t *to = (uint16_t *)memory + at;
        if (__builtin_expect(count == LANES, 1)) memcpy(to, &halves, sizeof halves);
        else memcpy(to, &halves, (size_t)count * sizeof *to);
        return;
    }
    float *to = (float *)memory + at;
    if (__builtin_expect(count == LANES, 1)) memcpy(to, &value, sizeof value);
    else memcpy(to, &value, (size_t)count * sizeof *to);
}

/// The first `live` numbers, zeros behind them.
INLINE VARIANT(floats) VARIANT(first)(VARIANT(floats) value, int64_t live) {
    if (__builtin_constant_p(live) && live == LANES) return value;
    VARIANT(integers) lane;
    for (int i = 0; i < LANES; i++) lane[i] = i;
    return (VARIANT(floats))((VARIANT(integers))value & (lane < (VARIANT(integers))(int32_t)live));
}

INLINE VARIANT(floats) VARIANT(kept)(const float *lines) {
    VARIANT(floats) value;
    memcpy(&value, lines, sizeof value);
    return value;
}

INLINE void VARIANT(keep)(float *lines, VARIANT(floats) value) { memcpy(lines, &value, sizeof value); }

INLINE VARIANT(floats) VARIANT(window_sum)(const float *center, int64_t radius, int64_t neighbor, int is_rows) {
    // Shifted in registers, because loads that straddle what was stored a moment ago have to wait for it.
    if (!is_rows && radius == 2) {
        const VARIANT(floats) before = VARIANT(kept)(center - LANES), middle = VARIANT(kept)(center), after = VARIANT(kept)(center + LANES);
        return __builtin_shufflevector(before, middle, LANES_FROM(LANES - 2))
            + __builtin_shufflevector(before, middle, LANES_FROM(LANES - 1)) + middle
            + (__builtin_shufflevector(middle, after, LANES_FROM(1)) + __builtin_shufflevector(middle, after, LANES_FROM(2)));
    }
    VARIANT(floats) sum = VARIANT(kept)(center - radius * neighbor);
    for (int64_t place = 1 - radius; place <= radius; place++) sum += VARIANT(kept)(center + place * neighbor);
    return sum;
}

/// 1 / √x.
INLINE VARIANT(floats) VARIANT(inverse_root)(VARIANT(floats) x) {
#if defined(__x86_64__) && LANES == 16
    // A guess good to 14 bits and one step of Newton's method: a fifth of the time of a root and a division, and within two units in the
    // last place.
    const VARIANT(floats) guess = (VARIANT(floats))_mm512_rsqrt14_ps((__m512)x);
    return guess + 0.5f * guess * (1 - x * guess * guess);
#else
    return 1 / __builtin_elementwise_sqrt(x);
#endif
}

/// 1 / s and s^−β.
INLINE void VARIANT(powers)(
    VARIANT(floats) s, float beta, VARIANT(floats) *inverse, VARIANT(floats) *power) {
    if (beta == 0.75f || beta == 0.5f) {
        const VARIANT(floats) root = VARIANT(inverse_root)(s);
        *inverse = root * root;
        *power = beta == 0.5f ? root : *inverse * VARIANT(inverse_root)(root);
        return;
    }
    *inverse = 1 / s;
    if (beta == 1) {
        *power = *inverse;
        return;
    }
    for (int i = 0; i < LANES; i++) (*power)[i] = powf(s[i], -beta);
}

INLINE void VARIANT(run)(
    const ckernels_response *by, const void *dy, const void *x, void *result, float *squares, int64_t radius, int is_rows,
    int is_whole, int is_bf16, int is_backward) {
    const response_walk walk = response_walk_through(by, LANES, is_rows);
    const int64_t element = is_bf16 ? 2 : 4;
    const float alpha = by->alpha, beta = by->beta, k = by->k;
    // Backward: dy · y / s, and dy · s^−β.
    float *const ratios = squares + walk.lines;
    float *const scaled = ratios + walk.lines;
    memset(squares, 0, (size_t)walk.lines * sizeof(float));
    if (is_backward) memset(ratios, 0, (size_t)walk.lines * sizeof(float));

    for (int64_t image = 0; image < by->images; image++) {
        for (int64_t pixel = 0; pixel < by->pixels; pixel += walk.tile) {
            const int64_t pixels = least(walk.tile, by->pixels - pixel);
            const int64_t vectors = is_rows ? (pixels + LANES - 1) / LANES : pixels;
            const int64_t tile = image * walk.image_stride + pixel * walk.pixel_stride;
// For each vector of a slab: `at` in memory, `count` numbers there, `line` in the lines.
#define FOR_EACH_VECTOR(index)                                                                                                     \
    const response_slab slab = response_slab_at(by, &walk, tile, index, LANES, is_rows);                                           \
    int64_t at = slab.memory, line = slab.lines;                                                                                   \
    for (int64_t vector = 0; vector < vectors; vector++, at += walk.vector_stride, line += walk.line_vector_stride)
#define COUNT (is_whole ? LANES : is_rows ? least(LANES, pixels - vector * LANES) : slab.count)
#define LIVE (is_whole ? LANES : slab.live)

            // Each slab is squared, then scaled when the squares around it are there, then finished when the ratios are.
            const int64_t steps = walk.slabs + (is_backward ? 2 : 1) * walk.ahead;
            for (int64_t step = 0; step < steps; step++) {
                if (step < walk.slabs) {
                    FOR_EACH_VECTOR(step) {
                        // The next tile's; what lies behind the tensor's end is not fetched.
                        const int64_t next = (at + walk.tile * walk.pixel_stride) * element;
                        __builtin_prefetch((const char *)x + next);
                        if (is_backward) __builtin_prefetch((const char *)dy + next);
                        __builtin_prefetch((const char *)result + next, 1);
                        const VARIANT(floats) value = VARIANT(load)(x, at, COUNT, is_bf16);
                        VARIANT(keep)(squares + line, value * value);
                    }
                }
                const int64_t scaling = step - walk.ahead;
                if (scaling >= 0 && scaling < walk.slabs) {
                    FOR_EACH_VECTOR(scaling) {
                        const int64_t count = COUNT;
                        const VARIANT(floats) s = k + alpha * VARIANT(window_sum)(squares + line, radius, walk.neighbor, is_rows);
                        VARIANT(floats) inverse, scale;
                        VARIANT(powers)(s, beta, &inverse, &scale);
                        const VARIANT(floats) value = VARIANT(load)(x, at, count, is_bf16);
                        if (is_backward) {
                            const VARIANT(floats) gradient = VARIANT(load)(dy, at, count, is_bf16) * scale;
                            VARIANT(keep)(scaled + line, gradient);
                            VARIANT(keep)(ratios + line, VARIANT(first)(gradient * value * inverse, LIVE));
                        } else {
                            VARIANT(store)(result, at, count, is_bf16, VARIANT(first)(value * scale, LIVE));
                        }
                    }
                }
                const int64_t finishing = step - 2 * walk.ahead;
                if (is_backward && finishing >= 0) {
                    FOR_EACH_VECTOR(finishing) {
                        const int64_t count = COUNT;
                        const VARIANT(floats) sum = VARIANT(window_sum)(ratios + line, radius, walk.neighbor, is_rows);
                        const VARIANT(floats) value = VARIANT(load)(x, at, count, is_bf16);
                        const VARIANT(floats) gradient = VARIANT(kept)(scaled + line) - 2 * alpha * beta * value * sum;
                        VARIANT(store)(result, at, count, is_bf16, VARIANT(first)(gradient, LIVE));
                    }
                }
            }
#undef FOR_EACH_VECTOR
#undef COUNT
#undef LIVE
        }
    }
}

/// Backward if there is a `dy`. The published window over channels that fill all vectors has loops of its own, without branches.
COMPILED void VARIANT(pass)(const ckernels_response *by, const void *dy, const void *x, void *result, float *scratchpad) {
    const int64_t radius = by->size / 2;
#define RUN_FOR(radius, is_rows, is_whole)                                                                                         \
    if (by->is_bf16) {                                                                                                             \
        if (dy == NULL) VARIANT(run)(by, dy, x, result, scratchpad, radius, is_rows, is_whole, 1, 0);                              \
        else VARIANT(run)(by, dy, x, result, scratchpad, radius, is_rows, is_whole, 1, 1);                                         \
    } else {                                                                                                                       \
        if (dy == NULL) VARIANT(run)(by, dy, x, result, scratchpad, radius, is_rows, is_whole, 0, 0);                              \
        else VARIANT(run)(by, dy, x, result, scratchpad, radius, is_rows, is_whole, 0, 1);                                         \
    }
    if (by->block == 1) {
        RUN_FOR(radius, 1, 0)
    } else if (radius == 2 && by->block % LANES == 0 && by->channels % LANES == 0) {
        RUN_FOR(2, 0, 1)
    } else {
        RUN_FOR(radius, 0, 0)
    }
#undef RUN_FOR
}

#undef LANES_FROM
#undef INLINE
