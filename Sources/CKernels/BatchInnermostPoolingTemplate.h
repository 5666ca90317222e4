// Part of BatchInnermostPooling.c, once for each set of instructions.
#include "VectorTemplate.h"

/// One byte for each lane.
typedef uint8_t VARIANT(bytes) __attribute__((vector_size(LANES), aligned(1), may_alias));

COMPILED void VARIANT(average_pool)(const ckernels_pooling *shape, const float *x, float *y) {
    const int64_t images = shape->images, line = shape->input_width * images;
    for (int64_t channel = 0; channel < shape->channels; channel++, x += shape->input_height * line) {
        for (int64_t p = 0; p < shape->output_height; p++) {
            const range rows = rows_under(shape, p);
            for (int64_t q = 0; q < shape->output_width; q++, y += images) {
                const range columns = columns_under(shape, q);
                const VECTOR factor = SPLAT(share(shape, rows, columns));
                for (int64_t n = 0; n < images; n += LANES) {
                    VECTOR sum = {};
                    for (int64_t h = rows.first; h < rows.end; h++) {
                        const float *from = x + h * line + n;
                        for (int64_t w = columns.first; w < columns.end; w++) sum += LOAD(from + w * images);
                    }
                    STORE(y + n, sum * factor);
                }
            }
        }
    }
}

COMPILED void VARIANT(average_pool_gradient)(const ckernels_pooling *shape, const float *dy, float *dx) {
    const int64_t images = shape->images, line = shape->output_width * images;
    for (int64_t channel = 0; channel < shape->channels; channel++, dy += shape->output_height * line) {
        for (int64_t h = 0; h < shape->input_height; h++) {
            const range rows = rows_over(shape, h);
            for (int64_t w = 0; w < shape->input_width; w++, dx += images) {
                const range columns = columns_over(shape, w);
                for (int64_t n = 0; n < images; n += LANES) STORE(dx + n, (VECTOR){});
                for (int64_t p = rows.first; p < rows.end; p++) {
                    for (int64_t q = columns.first; q < columns.end; q++) {
                        const VECTOR factor = SPLAT(share(shape, rows_under(shape, p), columns_under(shape, q)));
                        const float *from = dy + p * line + q * images;
                        for (int64_t n = 0; n < images; n += LANES) STORE(dx + n, LOAD(dx + n) + LOAD(from + n) * factor);
                    }
                }
            }
        }
    }
}

COMPILED void VARIANT(max_pool)(const ckernels_pooling *shape, const float *x, float *y, uint8_t *winners) {
    const int64_t images = shape->images, line = shape->input_width * images;
    for (int64_t channel = 0; channel < shape->channels; channel++, x += shape->input_height * line) {
        for (int64_t p = 0; p < shape->output_height; p++) {
            const range rows = rows_under(shape, p);
            const int64_t top = p * shape->stride_height - shape->padding_top;
            for (int64_t q = 0; q < shape->output_width; q++, y += images) {
                const range columns = columns_under(shape, q);
                const int64_t left = q * shape->stride_width - shape->padding_left;
                for (int64_t n = 0; n < images; n += LANES) {
                    VECTOR maximum = SPLAT(-__builtin_inff());
                    BITS winner = {};
                    for (int64_t h = rows.first; h < rows.end; h++) {
                        int32_t tap = (int32_t)((h - top) * shape->kernel_width + columns.first - left);
                        for (int64_t w = columns.first; w < columns.end; w++, tap++) {
                            const VECTOR value = LOAD(x + h * line + w * images + n);
                            const BITS wins = (BITS)(value > maximum);
                            maximum = SELECT(wins, value, maximum);
                            winner = (wins & tap) | (~wins & winner);
                        }
                    }
                    STORE(y + n, maximum);
                    if (winners) *(VARIANT(bytes) *)(winners + n) = __builtin_convertvector(winner, VARIANT(bytes));
                }
                if (winners) winners += images;
            }
        }
    }
}

COMPILED void VARIANT(max_pool_gradient)(
    const ckernels_pooling *shape, const float *dy, const uint8_t *winners, float *dx) {
    const int64_t images = shape->images, line = shape->output_width * images;
    for (int64_t channel = 0; channel < shape->channels; channel++) {
        for (int64_t h = 0; h < shape->input_height; h++) {
            const range rows = rows_over(shape, h);
            for (int64_t w = 0; w < shape->input_width; w++, dx += images) {
                const range columns = columns_over(shape, w);
                for (int64_t n = 0; n < images; n += LANES) {
                    VECTOR sum = {};
                    for (int64_t p = rows.first; p < rows.end; p++) {
                        const int64_t row = h + shape->padding_top - p * shape->stride_height;
                        for (int64_t q = columns.first; q < columns.end; q++) {
                            const int64_t tap = row * shape->kernel_width + w + shape->padding_left - q * shape->stride_width;
                            const int64_t place = p * line + q * images + n;
                            const VARIANT(bytes) winner = *(const VARIANT(bytes) *)(winners + place);
                            const BITS won = __builtin_convertvector(winner, BITS) == (int32_t)tap;
                            sum += (VECTOR)((BITS)LOAD(dy + place) & won);
                        }
                    }
                    STORE(dx + n, sum);
                }
            }
        }
        dy += shape->output_height * line;
        winners += shape->output_height * line;
    }
}

#include "VectorTemplateEnd.h"
