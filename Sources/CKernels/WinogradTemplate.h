// Part of Winograd.c, once for each set of instructions.
#include "VectorTemplate.h"

#define INLINE COMPILED inline __attribute__((always_inline))
/// Functions of their own: what they keep on the stack is then theirs, which makes them half again as fast as inside of their callers.
#define OUTLINE COMPILED __attribute__((noinline))
#define UNROLLED _Pragma("clang loop unroll(full)")

/// Rows and vectors of a tile of a product of matrices: its sums, a row of vectors and a number for all lanes stay in registers.
#define PRODUCT_ROWS (REGISTERS == 32 ? 12 : 6)
#define PRODUCT_VECTORS 2

// Transforms of a row or a column, whose vectors lie `from` apart, and their results `to`. Values at two opposite points share all even and
// all odd terms.
INLINE void VARIANT(inputs_transformed)(const VECTOR *d, VECTOR *t, const int from, const int to) {
    const VECTOR even_a = d[4 * from] - B2 * d[2 * from], odd_a = d[3 * from] - B2 * d[from];
    const VECTOR even_b = d[4 * from] - A2 * d[2 * from], odd_b = d[3 * from] - A2 * d[from];
    t[0] = A2 * B2 * d[0] + (d[4 * from] - (A2 + B2) * d[2 * from]);
    t[to] = even_a + A * odd_a;
    t[2 * to] = even_a - A * odd_a;
    t[3 * to] = even_b + B * odd_b;
    t[4 * to] = even_b - B * odd_b;
    t[5 * to] = A2 * B2 * d[from] + (d[5 * from] - (A2 + B2) * d[3 * from]);
}

/// The values of a polynomial with `count` coefficients, those at ±A times `at_a`, at ±B `at_b`, and at 0 `at_0`.
INLINE void VARIANT(values)(
    const int count, const VECTOR *c, VECTOR *v, const int from, const int to, const float at_0, const float at_a, const float at_b) {
    VECTOR even_a = c[0], even_b = c[0], odd_a = c[from], odd_b = c[from];
    if (count > 2) (even_a += A2 * c[2 * from], even_b += B2 * c[2 * from]);
    if (count > 3) (odd_a += A2 * c[3 * from], odd_b += B2 * c[3 * from]);
    if (count > 4) (even_a += A2 * A2 * c[4 * from], even_b += B2 * B2 * c[4 * from]);
    v[0] = at_0 * c[0];
    v[to] = at_a * (even_a + A * odd_a);
    v[2 * to] = at_a * (even_a - A * odd_a);
    v[3 * to] = at_b * (even_b + B * odd_b);
    v[4 * to] = at_b * (even_b - B * odd_b);
    v[5 * to] = c[(count - 1) * from];
}

/// What is transposed to it: `count` sums over the points' values.
INLINE void VARIANT(sums)(
    const int count, const VECTOR *v, VECTOR *c, const int from, const int to, const float at_0, const float at_a, const float at_b) {
    const VECTOR even_a = at_a * (v[from] + v[2 * from]), odd_a = at_a * (v[from] - v[2 * from]);
    const VECTOR even_b = at_b * (v[3 * from] + v[4 * from]), odd_b = at_b * (v[3 * from] - v[4 * from]);
    const VECTOR last = v[5 * from];
    c[0] = at_0 * v[0] + (even_a + even_b);
    c[to] = A * odd_a + (count == 2 ? B * odd_b + last : B * odd_b);
    if (count > 2) c[2 * to] = A2 * even_a + (count == 3 ? B2 * even_b + last : B2 * even_b);
    if (count > 3) c[3 * to] = A2 * A * odd_a + (count == 4 ? B2 * B * odd_b + last : B2 * B * odd_b);
    if (count > 4) c[4 * to] = A2 * A2 * even_a + (B2 * B2 * even_b + last);
}

/// Asks for `pixels` of each of `rows` rows ahead of their use: few processors see by themselves where the next tile lies.
INLINE void VARIANT(prefetch)(const float *x, int64_t row, int64_t pixel, int rows, int pixels) {
    UNROLLED for (int i = 0; i < rows; i++) {
        for (int64_t j = 0; j < pixels * pixel; j += CACHE_LINE) __builtin_prefetch(x + i * row + j);
    }
}

/// All 36 numbers that the 6 × 6 inputs under a tile become, of a vector of channels. `x` is where the tile's first pixel lies or would lie.
OUTLINE void VARIANT(transform_inputs)(const float *x, int64_t row, int64_t pixel, const tile_place *place, float *points, int64_t point) {
    VECTOR read[POINTS], half[POINTS], all[POINTS];
    VARIANT(prefetch)(x + (INPUT_TILE + 4) * pixel, row, pixel, INPUT_TILE, 4);
    if (place->first_row == 0 && place->first_column == 0 && place->end_row == INPUT_TILE && place->end_column == INPUT_TILE) {
        UNROLLED for (int j = 0; j < INPUT_TILE; j++) {
            UNROLLED for (int i = 0; i < INPUT_TILE; i++) read[i * INPUT_TILE + j] = LOAD(x + i * row + j * pixel);
            VARIANT(inputs_transformed)(read + j, half + j, INPUT_TILE, INPUT_TILE);
        }
    } else {
        // A column that does not exist is one that does, with all bits cleared.
        int64_t columns[INPUT_TILE];
        BITS mask[INPUT_TILE];
        UNROLLED for (int j = 0; j < INPUT_TILE; j++) {
            const int exists = j >= place->first_column && j < place->end_column;
            columns[j] = (exists ? j : place->first_column) * pixel;
            mask[j] = (BITS){} - exists;
        }
        UNROLLED for (int i = 0; i < INPUT_TILE; i++) {
            const int exists = i >= place->first_row && i < place->end_row;
            UNROLLED for (int j = 0; j < INPUT_TILE; j++)
                read[i * INPUT_TILE + j] = exists ? (VECTOR)((BITS)LOAD(x + i * row + columns[j]) & mask[j]) : SPLAT(0.0f);
        }
        UNROLLED for (int j = 0; j < INPUT_TILE; j++) VARIANT(inputs_transformed)(read + j, half + j, INPUT_TILE, INPUT_TILE);
    }
    UNROLLED for (int i = 0; i < INPUT_TILE; i++) {
        VARIANT(inputs_transformed)(half + i * INPUT_TILE, all + i * INPUT_TILE, 1, 1);
        UNROLLED for (int j = 0; j < INPUT_TILE; j++) STORE(points + (i * INPUT_TILE + j) * point, all[i * INPUT_TILE + j]);
    }
}

/// The same of the gradients of a tile of `side` × `side` outputs, which are added to `sum`.
INLINE void VARIANT(transform_gradients)(
    const int side, const float *dy, int64_t row, int64_t pixel, const tile_place *place, float *points, int64_t point, VECTOR *sum) {
    VECTOR read[MOST_OUTPUTS * MOST_OUTPUTS], half[INPUT_TILE * MOST_OUTPUTS], all[POINTS];
    VARIANT(prefetch)(dy + 2 * side * pixel, row, pixel, side, side);
    for (int i = 0; i < side * side; i++) read[i] = SPLAT(0.0f);
    for (int i = 0; i < place->end_row; i++) {
        VECTOR line = SPLAT(0.0f);
        for (int j = 0; j < place->end_column; j++) line += read[i * side + j] = LOAD(dy + i * row + j * pixel);
        *sum += line;
    }
    UNROLLED for (int j = 0; j < side; j++) VARIANT(values)(side, read + j, half + j, side, side, 1, 1, 1);
    UNROLLED for (int i = 0; i < INPUT_TILE; i++) {
        VARIANT(values)(side, half + i * side, all + i * INPUT_TILE, 1, 1, 1, 1, 1);
        UNROLLED for (int j = 0; j < INPUT_TILE; j++) STORE(points + (i * INPUT_TILE + j) * point, all[i * INPUT_TILE + j]);
    }
}

/// The `side` × `side` outputs of a tile of a vector of channels.
INLINE void VARIANT(write_outputs)(
    const int side, const float *points, int64_t point, const float *bias, int rectifies, const tile_place *place, float *y, int64_t row,
    int64_t pixel) {
    VECTOR half[MOST_OUTPUTS * INPUT_TILE], all[MOST_OUTPUTS * MOST_OUTPUTS];
    VARIANT(prefetch)(y + 2 * side * pixel, row, pixel, side, side);
    const VECTOR shift = bias ? LOAD(bias) : SPLAT(0.0f);
    UNROLLED for (int j = 0; j < INPUT_TILE; j++) {
        VECTOR column[INPUT_TILE];
        UNROLLED for (int i = 0; i < INPUT_TILE; i++) column[i] = LOAD(points + (i * INPUT_TILE + j) * point);
        VARIANT(sums)(side, column, half + j, 1, INPUT_TILE, 1, 1, 1);
    }
    UNROLLED for (int i = 0; i < side; i++) VARIANT(sums)(side, half + i * INPUT_TILE, all + i * side, 1, 1, 1, 1, 1);
    UNROLLED for (int i = 0; i < side * side; i++) {
        const VECTOR value = all[i] + shift;
        all[i] = rectifies ? VARIANT(relu)(value) : value;
    }
    if (place->end_row == side && place->end_column == side) {
        UNROLLED for (int i = 0; i < side; i++) {
            UNROLLED for (int j = 0; j < side; j++) STORE(y + i * row + j * pixel, all[i * side + j]);
        }
        return;
    }
    for (int i = 0; i < place->end_row; i++) {
        for (int j = 0; j < place->end_column; j++) STORE(y + i * row + j * pixel, all[i * side + j]);
    }
}

// Of kernels of 3 × 3 and of 5 × 5.
OUTLINE void VARIANT(transform_gradients_of_3)(
    const float *dy, int64_t row, int64_t pixel, const tile_place *place, float *points, int64_t point, VECTOR *sum) {
    VARIANT(transform_gradients)(outputs_of_kernel(3), dy, row, pixel, place, points, point, sum);
}

OUTLINE void VARIANT(transform_gradients_of_5)(
    const float *dy, int64_t row, int64_t pixel, const tile_place *place, float *points, int64_t point, VECTOR *sum) {
    VARIANT(transform_gradients)(outputs_of_kernel(5), dy, row, pixel, place, points, point, sum);
}

OUTLINE void VARIANT(write_outputs_of_3)(
    const float *points, int64_t point, const float *bias, int rectifies, const tile_place *place, float *y, int64_t row, int64_t pixel) {
    VARIANT(write_outputs)(outputs_of_kernel(3), points, point, bias, rectifies, place, y, row, pixel);
}

OUTLINE void VARIANT(write_outputs_of_5)(
    const float *points, int64_t point, const float *bias, int rectifies, const tile_place *place, float *y, int64_t row, int64_t pixel) {
    VARIANT(write_outputs)(outputs_of_kernel(5), points, point, bias, rectifies, place, y, row, pixel);
}

/// Weights of a group, transformed: [point][vectors of outputs, in pairs][inputs][outputs of the pair].
INLINE void VARIANT(transform_weights)(const int side, const ckernels_winograd *shape, const float *weights, float *transformed) {
    const int64_t point = weight_point(shape), width = PRODUCT_VECTORS * LANES;
    for (int64_t output = 0; output < shape->outputs; output += LANES) {
        const int64_t first = output / width * width, panel = least(width, shape->outputs - first);
        for (int64_t input = 0; input < shape->inputs; input++) {
            float taps[MOST_TAPS * MOST_TAPS][LANES];
            for (int lane = 0; lane < LANES; lane++) {
                const float *from = weights + (output + lane) * shape->weight_output_stride + input * shape->weight_input_stride;
                for (int tap = 0; tap < side * side; tap++) taps[shape->is_flipped ? side * side - 1 - tap : tap][lane] = from[tap];
            }
            VECTOR kernel[MOST_TAPS * MOST_TAPS], half[INPUT_TILE * MOST_TAPS], all[POINTS];
            UNROLLED for (int tap = 0; tap < side * side; tap++) kernel[tap] = LOAD(taps[tap]);
            UNROLLED for (int j = 0; j < side; j++) VARIANT(values)(side, kernel + j, half + j, side, side, AT_0, AT_A, AT_B);
            UNROLLED for (int i = 0; i < INPUT_TILE; i++)
                VARIANT(values)(side, half + side * i, all + INPUT_TILE * i, 1, 1, AT_0, AT_A, AT_B);
            float *to = transformed + first * shape->inputs + input * panel + output - first;
            UNROLLED for (int i = 0; i < POINTS; i++) STORE(to + i * point, all[i]);
        }
    }
}

/// The weights' gradient that a group's products are of.
INLINE void VARIANT(write_weights)(const int side, const ckernels_winograd *shape, const float *sums, float *dweights) {
    const int64_t point = weight_point(shape);
    for (int64_t output = 0; output < shape->outputs; output += LANES) {
        for (int64_t input = 0; input < shape->inputs; input++) {
            const float *from = sums + input * shape->outputs + output;
            VECTOR half[MOST_TAPS * INPUT_TILE], kernel[MOST_TAPS * MOST_TAPS];
            UNROLLED for (int j = 0; j < INPUT_TILE; j++) {
                VECTOR column[INPUT_TILE];
                UNROLLED for (int i = 0; i < INPUT_TILE; i++) column[i] = LOAD(from + (i * INPUT_TILE + j) * point);
                VARIANT(sums)(side, column, half + j, 1, INPUT_TILE, AT_0, AT_A, AT_B);
            }
            UNROLLED for (int i = 0; i < side; i++)
                VARIANT(sums)(side, half + i * INPUT_TILE, kernel + side * i, 1, 1, AT_0, AT_A, AT_B);
            for (int lane = 0; lane < LANES; lane++) {
                float *to = dweights + (output + lane) * shape->weight_output_stride + input * shape->weight_input_stride;
                for (int tap = 0; tap < side * side; tap++) to[tap] = kernel[tap][lane];
            }
        }
    }
}

OUTLINE void VARIANT(transform_weights_of_3)(const ckernels_winograd *shape, const float *weights, float *transformed) {
    VARIANT(transform_weights)(3, shape, weights, transformed);
}

OUTLINE void VARIANT(transform_weights_of_5)(const ckernels_winograd *shape, const float *weights, float *transformed) {
    VARIANT(transform_weights)(5, shape, weights, transformed);
}

OUTLINE void VARIANT(write_weights_of_3)(const ckernels_winograd *shape, const float *sums, float *dweights) {
    VARIANT(write_weights)(3, shape, sums, dweights);
}

OUTLINE void VARIANT(write_weights_of_5)(const ckernels_winograd *shape, const float *sums, float *dweights) {
    VARIANT(write_weights)(5, shape, sums, dweights);
}

/// Adds to `rows` × `vectors` sums, or, where `is_first`, sets them to, the products of `count` columns of a left matrix, each of whose
/// numbers stands for all lanes, with as many rows of a right one.
INLINE void VARIANT(product)(
    const int rows, const int vectors, int64_t count, const float *left, int64_t left_row, int64_t left_column, const float *right,
    int64_t right_row, float *sums, int64_t sums_row, int is_first) {
    VECTOR sum[12][PRODUCT_VECTORS];
    UNROLLED for (int i = 0; i < rows; i++) {
        UNROLLED for (int v = 0; v < vectors; v++) sum[i][v] = is_first ? SPLAT(0.0f) : LOAD(sums + i * sums_row + v * LANES);
    }
    for (int64_t k = 0; k < count; k++) {
        VECTOR row[PRODUCT_VECTORS];
        UNROLLED for (int v = 0; v < vectors; v++) row[v] = LOAD(right + v * LANES);
        UNROLLED for (int i = 0; i < rows; i++) {
            const VECTOR number = SPLAT(left[i * left_row]);
            UNROLLED for (int v = 0; v < vectors; v++) sum[i][v] += number * row[v];
        }
        left += left_column;
        right += right_row;
    }
    UNROLLED for (int i = 0; i < rows; i++) {
        UNROLLED for (int v = 0; v < vectors; v++) STORE(sums + i * sums_row + v * LANES, sum[i][v]);
    }
}

// Tiles of every size; the left matrix' numbers of a column lie `left_row` apart, or side by side.
#define PRODUCT(k, v) \
    case k * 4 + v: return VARIANT(product)(k, v, count, left, LEFT_ROW, LEFT_COLUMN, right, right_row, sums, sums_row, is_first)
#if REGISTERS == 32
#define PRODUCTS \
    switch (rows * 4 + vectors) { \
        PRODUCT(1, 1); PRODUCT(2, 1); PRODUCT(3, 1); PRODUCT(4, 1); PRODUCT(5, 1); PRODUCT(6, 1); \
        PRODUCT(7, 1); PRODUCT(8, 1); PRODUCT(9, 1); PRODUCT(10, 1); PRODUCT(11, 1); PRODUCT(12, 1); \
        PRODUCT(1, 2); PRODUCT(2, 2); PRODUCT(3, 2); PRODUCT(4, 2); PRODUCT(5, 2); PRODUCT(6, 2); \
        PRODUCT(7, 2); PRODUCT(8, 2); PRODUCT(9, 2); PRODUCT(10, 2); PRODUCT(11, 2); PRODUCT(12, 2); \
    }
#else
#define PRODUCTS \
    switch (rows * 4 + vectors) { \
        PRODUCT(1, 1); PRODUCT(2, 1); PRODUCT(3, 1); PRODUCT(4, 1); PRODUCT(5, 1); PRODUCT(6, 1); \
        PRODUCT(1, 2); PRODUCT(2, 2); PRODUCT(3, 2); PRODUCT(4, 2); PRODUCT(5, 2); PRODUCT(6, 2); \
    }
#endif

COMPILED void VARIANT(product_by_rows)(
    int64_t rows, int64_t vectors, int64_t count, const float *left, int64_t left_row, const float *right, int64_t right_row, float *sums,
    int64_t sums_row, int is_first) {
#define LEFT_ROW left_row
#define LEFT_COLUMN 1
    PRODUCTS
#undef LEFT_ROW
#undef LEFT_COLUMN
}

COMPILED void VARIANT(product_by_columns)(
    int64_t rows, int64_t vectors, int64_t count, const float *left, int64_t left_column, const float *right, int64_t right_row,
    float *sums, int64_t sums_row, int is_first) {
#define LEFT_ROW 1
#define LEFT_COLUMN left_column
    PRODUCTS
#undef LEFT_ROW
#undef LEFT_COLUMN
}

/// Where a vector of a group's channels begins in an image whose pixels follow each other by blocks.
INLINE int64_t VARIANT(channel_start)(const ckernels_winograd *shape, int64_t channel, int64_t pixels) {
    return channel / shape->block * shape->block * pixels + channel % shape->block;
}

/// Inputs under `count` tiles from `first`, transformed: [point][tile][channel].
COMPILED void VARIANT(transform_tiles)(
    const ckernels_winograd *shape, tile_grid grid, const float *x, int64_t first, int64_t count, float *points) {
    const int64_t pixels = shape->input_height * shape->input_width, image = shape->groups * shape->inputs * pixels;
    for (int64_t tile = 0; tile < count; tile++) {
        const tile_place place = place_of(
            grid, first + tile, INPUT_TILE, shape->padding_top, shape->padding_left, shape->input_height, shape->input_width);
        const float *from = x + place.image * image + (place.row * shape->input_width + place.column) * shape->block;
        for (int64_t channel = 0; channel < shape->inputs; channel += LANES) {
            VARIANT(transform_inputs)(
                from + VARIANT(channel_start)(shape, channel, pixels), shape->input_width * shape->block, shape->block, &place,
                points + tile * shape->inputs + channel, input_point(shape));
        }
    }
}

COMPILED void VARIANT(multiply_tiles)(
    const ckernels_winograd *shape, int64_t count, const float *inputs, const float *weights, float *outputs) {
    const parts tiles = parts_of(count, PRODUCT_ROWS);
    const int64_t width = PRODUCT_VECTORS * LANES;
    for (int64_t input = 0; input < shape->inputs; input += CHUNK) {
        const int64_t chunk = least(CHUNK, shape->inputs - input);
        for (int64_t output = 0; output < shape->outputs; output += width) {
            const int64_t panel = least(width, shape->outputs - output);
            for (int64_t part = 0; part < tiles.count; part++) {
                const int64_t tile = part_start(tiles, part);
                VARIANT(product_by_rows)(
                    part_start(tiles, part + 1) - tile, panel / LANES, chunk, inputs + tile * shape->inputs + input, shape->inputs,
                    weights + output * shape->inputs + input * panel, panel, outputs + tile * shape->outputs + output, shape->outputs,
                    input == 0);
            }
        }
    }
}

COMPILED void VARIANT(winograd_convolve)(
    const ckernels_winograd *shape, const float *x, const float *weights, const float *bias, float *y, float *scratch) {
    const tile_grid grid = tiles_of(shape);
    float *inputs = scratch, *outputs = inputs + POINTS * input_point(shape), *transformed = outputs + POINTS * output_point(shape);
    const int64_t input_pixels = shape->input_height * shape->input_width, output_pixels = shape->output_height * shape->output_width;
    const int64_t image = shape->groups * shape->outputs * output_pixels;
    for (int64_t group = 0; group < shape->groups; group++) {
        const float *x_group = x + group * shape->inputs * input_pixels;
        const float *bias_group = bias ? bias + group * shape->outputs : 0;
        float *y_group = y + group * shape->outputs * output_pixels;
        (shape->kernel == 5 ? VARIANT(transform_weights_of_5) : VARIANT(transform_weights_of_3))(
            shape, weights + group * shape->weight_group_stride, transformed);
        for (int64_t first = 0; first < grid.all; first += shape->tiles) {
            const int64_t count = least(shape->tiles, grid.all - first);
            VARIANT(transform_tiles)(shape, grid, x_group, first, count, inputs);
            for (int point = 0; point < POINTS; point++) {
                VARIANT(multiply_tiles)(
                    shape, count, inputs + point * input_point(shape), transformed + point * weight_point(shape),
                    outputs + point * output_point(shape));
            }
            for (int64_t tile = 0; tile < count; tile++) {
                const tile_place place = place_of(grid, first + tile, grid.side, 0, 0, shape->output_height, shape->output_width);
                float *to = y_group + place.image * image + (place.row * shape->output_width + place.column) * shape->block;
                for (int64_t channel = 0; channel < shape->outputs; channel += LANES) {
                    (shape->kernel == 5 ? VARIANT(write_outputs_of_5) : VARIANT(write_outputs_of_3))(
                        outputs + tile * shape->outputs + channel, output_point(shape),
                        bias_group ? bias_group + channel : 0, shape->rectifies, &place,
                        to + VARIANT(channel_start)(shape, channel, output_pixels), shape->output_width * shape->block, shape->block);
                }
            }
        }
    }
}

/// Gradients of `count` tiles of outputs from `first`, transformed: [point][tile][channel]; their sums are added to `dbias`.
COMPILED void VARIANT(transform_gradient_tiles)(
    const ckernels_winograd *shape, tile_grid grid, const float *dy, int64_t first, int64_t count, float *points, float *dbias) {
    const int64_t pixels = shape->output_height * shape->output_width, image = shape->groups * shape->outputs * pixels;
    for (int64_t tile = 0; tile < count; tile++) {
        const tile_place place = place_of(grid, first + tile, grid.side, 0, 0, shape->output_height, shape->output_width);
        const float *from = dy + place.image * image + (place.row * shape->output_width + place.column) * shape->block;
        for (int64_t channel = 0; channel < shape->outputs; channel += LANES) {
            VECTOR sum = SPLAT(0.0f);
            (shape->kernel == 5 ? VARIANT(transform_gradients_of_5) : VARIANT(transform_gradients_of_3))(
                from + VARIANT(channel_start)(shape, channel, pixels), shape->output_width * shape->block, shape->block, &place,
                points + tile * shape->outputs + channel, output_point(shape), &sum);
            if (dbias) STORE(dbias + channel, LOAD(dbias + channel) + sum);
        }
    }
}

/// Adds to a point's products of inputs and gradients, [input][output], those of `count` tiles.
COMPILED void VARIANT(multiply_gradients)(
    const ckernels_winograd *shape, int64_t count, const float *inputs, const float *gradients, float *sums, int is_first) {
    const parts rows = parts_of(shape->inputs, PRODUCT_ROWS);
    for (int64_t output = 0; output < shape->outputs; output += PRODUCT_VECTORS * LANES) {
        const int64_t vectors = least(PRODUCT_VECTORS, (shape->outputs - output) / LANES);
        for (int64_t part = 0; part < rows.count; part++) {
            const int64_t input = part_start(rows, part);
            VARIANT(product_by_columns)(
                part_start(rows, part + 1) - input, vectors, count, inputs + input, shape->inputs, gradients + output, shape->outputs,
                sums + input * shape->outputs + output, shape->outputs, is_first);
        }
    }
}

COMPILED void VARIANT(winograd_weight_gradient)(
    const ckernels_winograd *shape, const float *x, const float *dy, float *dweights, float *dbias, float *scratch) {
    const tile_grid grid = tiles_of(shape);
    float *inputs = scratch, *gradients = inputs + POINTS * input_point(shape), *sums = gradients + POINTS * output_point(shape);
    const int64_t input_pixels = shape->input_height * shape->input_width, output_pixels = shape->output_height * shape->output_width;
    if (dbias) memset(dbias, 0, (size_t)(shape->groups * shape->outputs) * sizeof *dbias);
    for (int64_t group = 0; group < shape->groups; group++) {
        const float *x_group = x + group * shape->inputs * input_pixels, *dy_group = dy + group * shape->outputs * output_pixels;
        for (int64_t first = 0; first < grid.all; first += shape->tiles) {
            const int64_t count = least(shape->tiles, grid.all - first);
            VARIANT(transform_tiles)(shape, grid, x_group, first, count, inputs);
            VARIANT(transform_gradient_tiles)(
                shape, grid, dy_group, first, count, gradients, dbias ? dbias + group * shape->outputs : 0);
            for (int point = 0; point < POINTS; point++) {
                VARIANT(multiply_gradients)(
                    shape, count, inputs + point * input_point(shape), gradients + point * output_point(shape),
                    sums + point * weight_point(shape), first == 0);
            }
        }
        (shape->kernel == 5 ? VARIANT(write_weights_of_5) : VARIANT(write_weights_of_3))(
            shape, sums, dweights + group * shape->weight_group_stride);
    }
}

#undef INLINE
#undef OUTLINE
#undef UNROLLED
#undef PRODUCT
#undef PRODUCTS
#undef PRODUCT_ROWS
#undef PRODUCT_VECTORS
#include "VectorTemplateEnd.h"
