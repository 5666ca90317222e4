// Part of BatchInnermostConvolution.c, once for each set of instructions.
#include "VectorTemplate.h"

#define INLINE COMPILED inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

/// Vectors of output that a tile computes for each of its channels; with a weight and the inputs, all stay in registers.
#define TILE_COLUMNS (REGISTERS == 32 ? 4 : 2)

/// Outputs and taps of a tile of the weights' gradient.
#define GRADIENT_OUTPUTS (REGISTERS == 32 ? 5 : 3)
#define GRADIENT_TAPS (REGISTERS == 32 ? 5 : 3)

/// Some vectors of a row of output, pixels that walk alike over the input, and where they read and write.
typedef struct {
    const ckernels_convolution *shape;
    ckernels_walk row, column;
    const float *x, *weights, *bias;
    float *y;
    int64_t input_pixel, input_channel, output_channel;
    /// Elements from `x` and `y` to each vector.
    int64_t from[4], to[4];
} VARIANT(place);

INLINE void VARIANT(tile)(const int outputs, const int columns, const VARIANT(place) *place) {
    const ckernels_convolution *shape = place->shape;
    VECTOR sums[TILE_OUTPUTS][4];
    UNROLLED for (int k = 0; k < outputs; k++) {
        const VECTOR start = SPLAT(place->bias ? place->bias[k] : 0);
        UNROLLED for (int v = 0; v < columns; v++) sums[k][v] = start;
    }
    const int64_t from0 = place->from[0], from1 = place->from[1], from2 = place->from[2], from3 = place->from[3];
    const int64_t column_step = place->column.input_step * place->input_pixel;
    const int64_t tap_step = place->column.tap_step * outputs;
    const int count = place->column.count;
    const float *channel = place->x, *weights = place->weights;
    for (int64_t input = 0; input < shape->inputs; input++) {
        for (int i = 0; i < place->row.count; i++) {
            const int64_t h = place->row.first_input + i * place->row.input_step;
            const int64_t r = place->row.first_tap + i * place->row.tap_step;
            const float *x = channel + h * shape->input_width * place->input_pixel;
            const float *w = weights + (r * shape->kernel_width + place->column.first_tap) * outputs;
            for (int j = 0; j < count; j++) {
                VECTOR inputs[4];
                if (columns > 0) inputs[0] = LOAD(x + from0);
                if (columns > 1) inputs[1] = LOAD(x + from1);
                if (columns > 2) inputs[2] = LOAD(x + from2);
                if (columns > 3) inputs[3] = LOAD(x + from3);
                UNROLLED for (int k = 0; k < outputs; k++) {
                    const VECTOR weight = SPLAT(w[k]);
                    UNROLLED for (int v = 0; v < columns; v++) sums[k][v] += inputs[v] * weight;
                }
                x += column_step;
                w += tap_step;
            }
        }
        channel += place->input_channel;
        weights += shape->kernel_height * shape->kernel_width * outputs;
    }
    UNROLLED for (int k = 0; k < outputs; k++) {
        UNROLLED for (int v = 0; v < columns; v++) STORE(place->y + k * place->output_channel + place->to[v], sums[k][v]);
    }
    if (shape->activation == ckernels_identity) return;
    for (int k = 0; k < outputs; k++) {
        for (int v = 0; v < columns; v++) {
            float *y = place->y + k * place->output_channel + place->to[v];
            const VECTOR value = LOAD(y);
            STORE(y, shape->activation == ckernels_relu ? VARIANT(relu)(value) : VARIANT(tanh)(value));
        }
    }
}

COMPILED void VARIANT(tile_of)(int64_t outputs, int64_t columns, const VARIANT(place) *place) {
#define TILE(k, v) \
    case k * 8 + v: return VARIANT(tile)(k, v, place)
    switch (outputs * 8 + columns) {
        TILE(1, 1); TILE(2, 1); TILE(3, 1); TILE(4, 1); TILE(5, 1); TILE(6, 1);
        TILE(1, 2); TILE(2, 2); TILE(3, 2); TILE(4, 2); TILE(5, 2); TILE(6, 2);
#if REGISTERS == 32
        TILE(1, 3); TILE(2, 3); TILE(3, 3); TILE(4, 3); TILE(5, 3); TILE(6, 3);
        TILE(1, 4); TILE(2, 4); TILE(3, 4); TILE(4, 4); TILE(5, 4); TILE(6, 4);
#endif
    }
#undef TILE
}

INLINE int VARIANT(walk_alike)(ckernels_walk a, ckernels_walk b) {
    return a.count == b.count && a.first_tap == b.first_tap && a.tap_step == b.tap_step && a.input_step == b.input_step;
}

/// A row of output of one group's channels, for a block of images of `vectors` vectors. `place` says what does not vary in a row.
COMPILED void VARIANT(convolve_row)(
    VARIANT(place) *place, const float *weights, const float *bias, float *y, int64_t vectors) {
    const ckernels_convolution *shape = place->shape;
    const parts outputs = parts_of(shape->outputs, TILE_OUTPUTS);
    const int64_t weights_of_output = shape->inputs * shape->kernel_height * shape->kernel_width;
    for (int64_t start = 0, end; start < shape->output_width; start = end) {
        place->column = shape->columns[start];
        for (end = start + 1; end < shape->output_width && VARIANT(walk_alike)(shape->columns[end], place->column);) end++;
        const int64_t all = (end - start) * vectors;
        for (int64_t first = 0, count; first < all; first += count) {
            count = least(TILE_COLUMNS, all - first);
            for (int64_t v = 0; v < count; v++) {
                const int64_t pixel = start + (first + v) / vectors, lane = (first + v) % vectors * LANES;
                place->from[v] = shape->columns[pixel].first_input * place->input_pixel + lane;
                place->to[v] = pixel * shape->images + lane;
            }
            for (int64_t part = 0; part < outputs.count; part++) {
                const int64_t output = part_start(outputs, part);
                place->weights = weights + output * weights_of_output;
                place->bias = bias ? bias + output : 0;
                place->y = y + output * place->output_channel;
                VARIANT(tile_of)(part_start(outputs, part + 1) - output, count, place);
            }
        }
    }
}

COMPILED void VARIANT(convolve)(
    const ckernels_convolution *shape, const float *x, const float *weights, const float *bias, float *y) {
    const int64_t images = shape->images;
    const int64_t group_weights = shape->outputs * shape->inputs * shape->kernel_height * shape->kernel_width;
    const parts blocks = parts_of(images / LANES, BLOCK_IMAGES / LANES);
    VARIANT(place) place = {.shape = shape, .input_pixel = images};
    place.input_channel = shape->input_height * shape->input_width * images;
    place.output_channel = shape->output_height * shape->output_width * images;
    for (int64_t block = 0; block < blocks.count; block++) {
        const int64_t vector = part_start(blocks, block), vectors = part_start(blocks, block + 1) - vector;
        for (int64_t group = 0; group < shape->groups; group++) {
            place.x = x + group * shape->inputs * place.input_channel + vector * LANES;
            float *output = y + group * shape->outputs * place.output_channel + vector * LANES;
            for (int64_t p = 0; p < shape->output_height; p++) {
                place.row = shape->rows[p];
                VARIANT(convolve_row)(
                    &place, weights + group * group_weights, bias ? bias + group * shape->outputs : 0,
                    output + p * shape->output_width * images, vectors);
            }
        }
    }
}

/// What a tile of the weights' gradient sums up: a block of rows and columns of the output.
typedef struct {
    int64_t rows, columns, vectors;
    /// Elements between rows and pixels under neighbouring windows, and of the output's gradient.
    int64_t x_row, x_column, dy_row, dy_column, dy_channel;
} VARIANT(area);

INLINE void VARIANT(gradient_tile)(
    const int outputs, const int taps, const VARIANT(area) *area, const float *x, const int64_t *offsets, const float *dy,
    float *sums) {
    VECTOR sum[5][5];
    UNROLLED for (int k = 0; k < outputs; k++) {
        UNROLLED for (int t = 0; t < taps; t++) sum[k][t] = LOAD(sums + (k * taps + t) * LANES);
    }
    const int64_t offset0 = offsets[0], offset1 = taps > 1 ? offsets[1] : 0, offset2 = taps > 2 ? offsets[2] : 0;
    const int64_t offset3 = taps > 3 ? offsets[3] : 0, offset4 = taps > 4 ? offsets[4] : 0;
    for (int64_t row = 0; row < area->rows; row++) {
        const float *from = x + row * area->x_row, *by = dy + row * area->dy_row;
        for (int64_t column = 0; column < area->columns; column++) {
            const float *x_pixel = from, *dy_pixel = by;
            for (int64_t v = 0; v < area->vectors; v++) {
                VECTOR gradients[5];
                UNROLLED for (int k = 0; k < outputs; k++) gradients[k] = LOAD(dy_pixel + k * area->dy_channel);
                UNROLLED for (int t = 0; t < taps; t++) {
                    const int64_t offset = t == 0 ? offset0 : t == 1 ? offset1 : t == 2 ? offset2 : t == 3 ? offset3 : offset4;
                    const VECTOR input = LOAD(x_pixel + offset);
                    UNROLLED for (int k = 0; k < outputs; k++) sum[k][t] += gradients[k] * input;
                }
                x_pixel += LANES;
                dy_pixel += LANES;
            }
            from += area->x_column;
            by += area->dy_column;
        }
    }
    UNROLLED for (int k = 0; k < outputs; k++) {
        UNROLLED for (int t = 0; t < taps; t++) STORE(sums + (k * taps + t) * LANES, sum[k][t]);
    }
}

COMPILED void VARIANT(gradient_tile_of)(
    int64_t outputs, int64_t taps, const VARIANT(area) *area, const float *x, const int64_t *offsets, const float *dy,
    float *sums) {
#define TILE(k, t) \
    case k * 8 + t: return VARIANT(gradient_tile)(k, t, area, x, offsets, dy, sums)
    switch (outputs * 8 + taps) {
        TILE(1, 1); TILE(2, 1); TILE(3, 1);
        TILE(1, 2); TILE(2, 2); TILE(3, 2);
        TILE(1, 3); TILE(2, 3); TILE(3, 3);
#if REGISTERS == 32
        TILE(4, 1); TILE(5, 1); TILE(4, 2); TILE(5, 2); TILE(4, 3); TILE(5, 3);
        TILE(1, 4); TILE(2, 4); TILE(3, 4); TILE(4, 4); TILE(5, 4);
        TILE(1, 5); TILE(2, 5); TILE(3, 5); TILE(4, 5); TILE(5, 5);
#endif
    }
#undef TILE
}

/// Some images with their padding: [C, H, W, images of the block].
COMPILED void VARIANT(pad)(
    const ckernels_weight_gradient *shape, const float *x, int64_t images, float *padded) {
    const int64_t height = padded_height(shape), width = padded_width(shape);
    const int64_t left = shape->padding_left, right = least(width, left + shape->input_width);
    for (int64_t channel = 0; channel < shape->groups * shape->inputs; channel++) {
        for (int64_t h = 0; h < height; h++) {
            const int64_t row = h - shape->padding_top;
            float *to = padded + (channel * height + h) * width * images;
            if (row < 0 || row >= shape->input_height) {
                memset(to, 0, (size_t)(width * images) * sizeof(float));
                continue;
            }
            const float *from = x + (channel * shape->input_height + row) * shape->input_width * shape->images;
            memset(to, 0, (size_t)(left * images) * sizeof(float));
            for (int64_t w = left; w < right; w++)
                memcpy(to + w * images, from + (w - left) * shape->images, (size_t)images * sizeof(float));
            memset(to + right * images, 0, (size_t)((width - right) * images) * sizeof(float));
        }
    }
}

/// Adds to the sums of one group's weights, and of its biases where wanted, what a block of the output's pixels says.
COMPILED void VARIANT(gradient_block)(
    const ckernels_weight_gradient *shape, const VARIANT(area) *area, const float *x, int64_t x_channel, int64_t x_line,
    int64_t x_pixel, const float *dy, float *sums, float *bias_sums) {
    const int64_t kernel = shape->kernel_height * shape->kernel_width;
    const parts outputs = parts_of(shape->outputs, GRADIENT_OUTPUTS), taps = parts_of(shape->inputs * kernel, GRADIENT_TAPS);
    for (int64_t part = 0; part < outputs.count; part++) {
        const int64_t output = part_start(outputs, part), count = part_start(outputs, part + 1) - output;
        const float *gradients = dy + output * area->dy_channel;
        float *sum = sums + output * shape->inputs * kernel * LANES;
        for (int64_t k = 0; bias_sums && k < count; k++) {
            VECTOR total = LOAD(bias_sums + (output + k) * LANES);
            for (int64_t row = 0; row < area->rows; row++) {
                for (int64_t column = 0; column < area->columns; column++) {
                    const float *from = gradients + k * area->dy_channel + row * area->dy_row + column * area->dy_column;
                    for (int64_t v = 0; v < area->vectors; v++) total += LOAD(from + v * LANES);
                }
            }
            STORE(bias_sums + (output + k) * LANES, total);
        }
        for (int64_t part = 0; part < taps.count; part++) {
            const int64_t first = part_start(taps, part), end = part_start(taps, part + 1);
            int64_t offsets[5];
            for (int64_t tap = first; tap < end; tap++) {
                const int64_t r = tap % kernel / shape->kernel_width, s = tap % shape->kernel_width;
                offsets[tap - first] = tap / kernel * x_channel + r * shape->dilation_height * x_line
                    + s * shape->dilation_width * x_pixel;
            }
            VARIANT(gradient_tile_of)(count, end - first, area, x, offsets, gradients, sum);
            sum += count * (end - first) * LANES;
        }
    }
}

COMPILED void VARIANT(weight_gradient)(
    const ckernels_weight_gradient *shape, const float *x, const float *dy, float *dweights, float *dbias, float *scratch) {
    const int64_t images = shape->images, kernel = shape->kernel_height * shape->kernel_width;
    const int64_t weights = shape->outputs * shape->inputs * kernel, biases = shape->groups * shape->outputs;
    float *sums = scratch, *bias_sums = sums + shape->groups * weights * LANES, *padded = bias_sums + biases * LANES;
    memset(scratch, 0, (size_t)((shape->groups * weights + biases) * LANES) * sizeof(float));
    const parts blocks = parts_of(images / LANES, BLOCK_IMAGES / LANES);
    for (int64_t block = 0; block < blocks.count; block++) {
        const int64_t vector = part_start(blocks, block), vectors = part_start(blocks, block + 1) - vector;
        const float *input = x + vector * LANES;
        int64_t height = shape->input_height, width = shape->input_width, pixel = images;
        if (has_padding(shape)) {
            VARIANT(pad)(shape, input, vectors * LANES, padded);
            (input = padded, height = padded_height(shape), width = padded_width(shape), pixel = vectors * LANES);
        }
        VARIANT(area) area = {.vectors = vectors};
        area.x_row = shape->stride_height * width * pixel;
        area.x_column = shape->stride_width * pixel;
        area.dy_row = shape->output_width * images;
        area.dy_column = images;
        area.dy_channel = shape->output_height * shape->output_width * images;
        const int64_t pixels = most(
            1, BLOCK_BYTES / (int64_t)(least(shape->outputs, GRADIENT_OUTPUTS) * vectors * LANES * (int64_t)sizeof(float)));
        const parts columns = parts_of(shape->output_width, pixels);
        const parts rows = parts_of(shape->output_height, most(1, pixels / shape->output_width));
        for (int64_t row_part = 0; row_part < rows.count; row_part++) {
            const int64_t p = part_start(rows, row_part);
            area.rows = part_start(rows, row_part + 1) - p;
            for (int64_t column_part = 0; column_part < columns.count; column_part++) {
                const int64_t q = part_start(columns, column_part);
                area.columns = part_start(columns, column_part + 1) - q;
                for (int64_t group = 0; group < shape->groups; group++) {
                    VARIANT(gradient_block)(
                        shape, &area, input + group * shape->inputs * height * width * pixel + p * area.x_row + q * area.x_column,
                        height * width * pixel, width * pixel, pixel,
                        dy + group * shape->outputs * area.dy_channel + p * area.dy_row + q * area.dy_column + vector * LANES,
                        sums + group * weights * LANES, dbias ? bias_sums + group * shape->outputs * LANES : 0);
                }
            }
        }
    }
    // A tile's sums lie together, outputs outermost.
    const parts outputs = parts_of(shape->outputs, GRADIENT_OUTPUTS), taps = parts_of(shape->inputs * kernel, GRADIENT_TAPS);
    for (int64_t group = 0; group < shape->groups; group++) {
        for (int64_t part = 0; part < outputs.count; part++) {
            const int64_t first = part_start(outputs, part), end = part_start(outputs, part + 1);
            for (int64_t tap_part = 0; tap_part < taps.count; tap_part++) {
                const int64_t tap = part_start(taps, tap_part), taps_end = part_start(taps, tap_part + 1);
                for (int64_t k = first; k < end; k++) {
                    for (int64_t t = tap; t < taps_end; t++, sums += LANES)
                        dweights[(group * shape->outputs + k) * shape->inputs * kernel + t] = VARIANT(sum_of_lanes)(LOAD(sums));
                }
            }
        }
    }
    for (int64_t k = 0; dbias && k < biases; k++) dbias[k] = VARIANT(sum_of_lanes)(LOAD(bias_sums + k * LANES));
}

#undef INLINE
#undef UNROLLED
#undef TILE_COLUMNS
#undef GRADIENT_OUTPUTS
#undef GRADIENT_TAPS
#include "VectorTemplateEnd.h"
