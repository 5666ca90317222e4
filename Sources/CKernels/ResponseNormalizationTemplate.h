// The loops of response normalisation for vectors of WIDTH numbers; included once per width. `NAME` tells them apart;
// `LANES_FROM(n)` are WIDTH numbers counted from n.

typedef float NAME(floats) __attribute__((ext_vector_type(WIDTH)));
typedef uint32_t NAME(words) __attribute__((ext_vector_type(WIDTH)));
typedef int32_t NAME(integers) __attribute__((ext_vector_type(WIDTH)));
typedef uint16_t NAME(halves) __attribute__((ext_vector_type(WIDTH)));

/// `count` numbers from memory, zeros behind them.
INLINE NAME(floats) NAME(load)(const void *memory, int64_t at, int64_t count, int is_bf16) {
    if (is_bf16) {
        NAME(halves) halves = 0;
        const uint16_t *from = (const uint16_t *)memory + at;
        if (__builtin_expect(count == WIDTH, 1)) memcpy(&halves, from, sizeof halves);
        else memcpy(&halves, from, (size_t)count * sizeof *from);
        return (NAME(floats))(__builtin_convertvector(halves, NAME(words)) << 16);
    }
    NAME(floats) value = 0;
    const float *from = (const float *)memory + at;
    if (__builtin_expect(count == WIDTH, 1)) memcpy(&value, from, sizeof value);
    else memcpy(&value, from, (size_t)count * sizeof *from);
    return value;
}

/// The first `count` numbers to memory; bfloat16 rounded to nearest, ties to even.
INLINE void NAME(store)(void *memory, int64_t at, int64_t count, int is_bf16, NAME(floats) value) {
    if (is_bf16) {
        const NAME(words) bits = (NAME(words))value;
        const NAME(words) rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
        // What is not a number must not be rounded to one.
        const NAME(words) is_nan = (NAME(words))(value != value);
        const NAME(halves) halves =
            __builtin_convertvector((is_nan & ((bits >> 16) | 0x40)) | (~is_nan & rounded), NAME(halves));
        uint16_t *to = (uint16_t *)memory + at;
        if (__builtin_expect(count == WIDTH, 1)) memcpy(to, &halves, sizeof halves);
        else memcpy(to, &halves, (size_t)count * sizeof *to);
        return;
    }
    float *to = (float *)memory + at;
    if (__builtin_expect(count == WIDTH, 1)) memcpy(to, &value, sizeof value);
    else memcpy(to, &value, (size_t)count * sizeof *to);
}

/// The first `live` numbers, zeros behind them.
INLINE NAME(floats) NAME(first)(NAME(floats) value, int64_t live) {
    NAME(integers) lane;
    for (int i = 0; i < WIDTH; i++) lane[i] = i;
    return (NAME(floats))((NAME(integers))value & (lane < (NAME(integers))(int32_t)live));
}

INLINE NAME(floats) NAME(kept)(const float *lines) {
    NAME(floats) value;
    memcpy(&value, lines, sizeof value);
    return value;
}

INLINE void NAME(keep)(float *lines, NAME(floats) value) { memcpy(lines, &value, sizeof value); }

INLINE NAME(floats) NAME(window_sum)(const float *center, int64_t radius, int64_t neighbor, int is_rows) {
    // Shifted in registers, because loads that straddle what was stored a moment ago have to wait for it.
    if (!is_rows && radius == 2) {
        const NAME(floats) before = NAME(kept)(center - WIDTH), middle = NAME(kept)(center), after = NAME(kept)(center + WIDTH);
        return __builtin_shufflevector(before, middle, LANES_FROM(WIDTH - 2))
            + __builtin_shufflevector(before, middle, LANES_FROM(WIDTH - 1)) + middle
            + (__builtin_shufflevector(middle, after, LANES_FROM(1)) + __builtin_shufflevector(middle, after, LANES_FROM(2)));
    }
    NAME(floats) sum = NAME(kept)(center - radius * neighbor);
    for (int64_t place = 1 - radius; place <= radius; place++) sum += NAME(kept)(center + place * neighbor);
    return sum;
}

/// s^−β, given s and 1 / s.
INLINE NAME(floats) NAME(power)(NAME(floats) s, NAME(floats) inverse, float beta) {
    if (beta == 0.75f) {
        const NAME(floats) root = __builtin_elementwise_sqrt(inverse);
        return root * __builtin_elementwise_sqrt(root);
    }
    if (beta == 0.5f) return __builtin_elementwise_sqrt(inverse);
    if (beta == 1) return inverse;
    NAME(floats) power;
    for (int i = 0; i < WIDTH; i++) power[i] = powf(s[i], -beta);
    return power;
}

INLINE void NAME(run)(
    const ckernels_response *by, const void *dy, const void *x, void *result, float *squares, int64_t radius, int is_rows,
    int is_bf16, int is_backward) {
    const response_walk walk = response_walk_through(by, WIDTH, is_rows);
    const int64_t element = is_bf16 ? 2 : 4;
    const float alpha = by->alpha, beta = by->beta, k = by->k;
    // Backward: dy · y / s, and dy · s^−β.
    float *const ratios = squares + walk.lines;
    float *const scaled = ratios + walk.lines;
    memset(squares, 0, (size_t)walk.lines * sizeof(float));
    if (is_backward) memset(ratios, 0, (size_t)walk.lines * sizeof(float));

    for (int64_t picture = 0; picture < by->pictures; picture++) {
        for (int64_t pixel = 0; pixel < by->pixels; pixel += walk.tile) {
            const int64_t pixels = response_least(walk.tile, by->pixels - pixel);
            const int64_t vectors = is_rows ? (pixels + WIDTH - 1) / WIDTH : pixels;
            const int64_t tile = picture * walk.picture_stride + pixel * walk.pixel_stride;
// For each vector of a slab: `at` in memory, `count` numbers there, `line` in the lines.
#define FOR_EACH_VECTOR(index)                                                                                                     \
    const response_slab slab = response_slab_at(by, &walk, tile, index, WIDTH, is_rows);                                           \
    int64_t at = slab.memory, line = slab.lines;                                                                                   \
    for (int64_t vector = 0; vector < vectors; vector++, at += walk.vector_stride, line += walk.line_vector_stride)
#define COUNT (is_rows ? response_least(WIDTH, pixels - vector * WIDTH) : slab.count)

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
                        const NAME(floats) value = NAME(load)(x, at, COUNT, is_bf16);
                        NAME(keep)(squares + line, value * value);
                    }
                }
                const int64_t scaling = step - walk.ahead;
                if (scaling >= 0 && scaling < walk.slabs) {
                    FOR_EACH_VECTOR(scaling) {
                        const int64_t count = COUNT;
                        const NAME(floats) s = k + alpha * NAME(window_sum)(squares + line, radius, walk.neighbor, is_rows);
                        const NAME(floats) inverse = 1 / s;
                        const NAME(floats) scale = NAME(power)(s, inverse, beta);
                        const NAME(floats) value = NAME(load)(x, at, count, is_bf16);
                        if (is_backward) {
                            const NAME(floats) gradient = NAME(load)(dy, at, count, is_bf16) * scale;
                            NAME(keep)(scaled + line, gradient);
                            NAME(keep)(ratios + line, NAME(first)(gradient * value * inverse, slab.live));
                        } else {
                            NAME(store)(result, at, count, is_bf16, NAME(first)(value * scale, slab.live));
                        }
                    }
                }
                const int64_t finishing = step - 2 * walk.ahead;
                if (is_backward && finishing >= 0) {
                    FOR_EACH_VECTOR(finishing) {
                        const int64_t count = COUNT;
                        const NAME(floats) sum = NAME(window_sum)(ratios + line, radius, walk.neighbor, is_rows);
                        const NAME(floats) value = NAME(load)(x, at, count, is_bf16);
                        const NAME(floats) gradient = NAME(kept)(scaled + line) - 2 * alpha * beta * value * sum;
                        NAME(store)(result, at, count, is_bf16, NAME(first)(gradient, slab.live));
                    }
                }
            }
#undef FOR_EACH_VECTOR
#undef COUNT
        }
    }
}

/// Backward if there is a `dy`. The published window has loops of its own.
static void NAME(pass)(const ckernels_response *by, const void *dy, const void *x, void *result, float *scratchpad) {
    const int64_t radius = by->size / 2;
#define RUN_FOR(radius, is_rows)                                                                                                   \
    if (by->is_bf16) {                                                                                                             \
        if (dy == NULL) NAME(run)(by, dy, x, result, scratchpad, radius, is_rows, 1, 0);                                           \
        else NAME(run)(by, dy, x, result, scratchpad, radius, is_rows, 1, 1);                                                      \
    } else {                                                                                                                       \
        if (dy == NULL) NAME(run)(by, dy, x, result, scratchpad, radius, is_rows, 0, 0);                                           \
        else NAME(run)(by, dy, x, result, scratchpad, radius, is_rows, 0, 1);                                                      \
    }
    if (by->block == 1) {
        RUN_FOR(radius, 1)
    } else if (radius == 2) {
        RUN_FOR(2, 0)
    } else {
        RUN_FOR(radius, 0)
    }
#undef RUN_FOR
}
