#include "ImagePairs.h"

#include <string.h>

#include "Extents.h"
#include "InstructionSets.h"

enum { BLOCK = 16 };
/// Of dy, as much of two blocks as a first cache of 32 KiB has room for beside x and the sums. Rows taken together are summed together,
/// so that it belongs to what the kernel computes, whatever caches there are.
enum { BYTES_OF_ROWS = 28 << 10 };

/// How the copies of two images lie, in numbers of 4 bytes, one half for each image: x in rows with zeros around them,
/// [c][rows][row], and dy [k / 16][height][width][16].
typedef struct {
    int64_t rows, row, plane, block;
    /// How many rows of dy are taken at a time.
    int64_t rows_at_once;
} copies;

static copies copies_of(const ckernels_image_pairs *shape) {
    copies lie;
    lie.rows = most(shape->padding_top + shape->input_height, shape->output_height + shape->kernel_height - 1);
    // Copied sixteen columns at a time.
    const int64_t copied = shape->padding_left + (shape->input_width + BLOCK - 1) / BLOCK * BLOCK;
    lie.row = most(copied, shape->output_width + shape->kernel_width - 1);
    lie.plane = lie.rows * lie.row;
    lie.block = shape->output_height * shape->output_width * BLOCK;
    const int64_t fitting = most(1, BYTES_OF_ROWS / (2 * 4 * BLOCK * shape->output_width));
    const int64_t parts = (shape->output_height + fitting - 1) / fitting;
    lie.rows_at_once = (shape->output_height + parts - 1) / parts;
    return lie;
}

static int64_t input_numbers(const ckernels_image_pairs *shape, const copies *lie) {
    return (shape->groups * shape->inputs * lie->plane + BLOCK - 1) / BLOCK * BLOCK;
}

int64_t ckernels_image_pairs_scratch(const ckernels_image_pairs *shape) {
    const copies lie = copies_of(shape);
    return 4 * (input_numbers(shape, &lie) + shape->groups * (shape->outputs / BLOCK) * lie.block);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define COMPILED static __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512bf16,fma")))
#define INLINE COMPILED inline __attribute__((always_inline))
#define UNROLLED _Pragma("clang loop unroll(full)")

int ckernels_image_pairs_exist(void) {
    return ckernels_instruction_limit() < 0 && ckernels_best_instructions() == ckernels_avx512
        && __builtin_cpu_supports("avx512bf16");
}

typedef uint32_t pairs __attribute__((vector_size(4 * BLOCK), aligned(4), may_alias));

#define LANES 16
#include "SquareTemplate.h"

/// Sixteen channels of a pixel of two images; of the first alone, if there is no second.
INLINE __m512i pair(const uint16_t *first, const uint16_t *second) {
    const __m512i low = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)first));
    if (second == NULL) return low;
    const __m512i high = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)second));
    return _mm512_or_si512(low, _mm512_slli_epi32(high, 16));
}

/// A row of a block of channels, [width][16], to rows of its channels, each `plane` behind the one before, a whole number of sixteen
/// columns: zeros behind the last.
COMPILED void copy_row(const uint16_t *first, const uint16_t *second, int64_t width, int64_t plane, uint32_t *to) {
    for (int64_t column = 0; column < width; column += BLOCK) {
        pairs tile[BLOCK];
        UNROLLED for (int i = 0; i < BLOCK; i++) {
            const int64_t at = (column + i) * BLOCK;
            tile[i] = column + i < width ? (pairs)pair(first + at, second == NULL ? NULL : second + at) : (pairs){};
        }
        TRANSPOSE(tile)
        UNROLLED for (int i = 0; i < BLOCK; i++) *(pairs *)(to + i * plane + column) = tile[i];
    }
}

/// A block of channels of dy; its sums are added to `bias`, unless that is NULL.
COMPILED void copy_block(const uint16_t *first, const uint16_t *second, int64_t pixels, uint32_t *to, float *bias) {
    __m512 even = _mm512_setzero_ps(), odd = _mm512_setzero_ps();
    for (int64_t at = 0; at < pixels * BLOCK; at += BLOCK) {
        const __m512i both = pair(first + at, second == NULL ? NULL : second + at);
        _mm512_store_si512(to + at, both);
        even = _mm512_add_ps(even, _mm512_castsi512_ps(_mm512_slli_epi32(both, 16)));
        odd = _mm512_add_ps(odd, _mm512_castsi512_ps(_mm512_and_si512(both, _mm512_set1_epi32((int)0xFFFF0000))));
    }
    if (bias != NULL) _mm512_storeu_ps(bias, _mm512_add_ps(_mm512_loadu_ps(bias), _mm512_add_ps(even, odd)));
}

/// Adds to the gradients of `blocks` blocks of outputs, `channels` inputs and `taps` neighbours in a row of the kernel what `rows` rows
/// of dy contribute: as many sums as there are registers for, each of sixteen outputs.
INLINE void add_products(
    const int blocks, const int channels, const int taps, const ckernels_image_pairs *shape, const copies *lie, int64_t rows,
    const uint32_t *x, const uint32_t *dy, float *weights, int64_t weight_block) {
    __m512 sums[2][4][5];
    UNROLLED for (int block = 0; block < blocks; block++) {
        UNROLLED for (int channel = 0; channel < channels; channel++) {
            UNROLLED for (int tap = 0; tap < taps; tap++) {
                sums[block][channel][tap] = _mm512_setzero_ps();
                __builtin_prefetch(weights + block * weight_block + (tap * BLOCK + channel) * BLOCK, 1);
            }
        }
    }
    for (int64_t p = 0; p < rows; p++, x += lie->row) {
        const uint32_t *inputs = x;
        for (int64_t q = 0; q < shape->output_width; q++, inputs++, dy += BLOCK) {
            __m512bh gradients[2];
            UNROLLED for (int block = 0; block < blocks; block++)
                gradients[block] = (__m512bh)_mm512_load_si512(dy + block * lie->block);
            UNROLLED for (int channel = 0; channel < channels; channel++) {
                UNROLLED for (int tap = 0; tap < taps; tap++) {
                    const __m512bh values = (__m512bh)_mm512_set1_epi32((int)inputs[channel * lie->plane + tap]);
                    UNROLLED for (int block = 0; block < blocks; block++)
                        sums[block][channel][tap] = _mm512_dpbf16_ps(sums[block][channel][tap], gradients[block], values);
                }
            }
        }
    }
    UNROLLED for (int block = 0; block < blocks; block++) {
        UNROLLED for (int channel = 0; channel < channels; channel++) {
            UNROLLED for (int tap = 0; tap < taps; tap++) {
                float *place = weights + block * weight_block + (tap * BLOCK + channel) * BLOCK;
                _mm512_storeu_ps(place, _mm512_add_ps(_mm512_loadu_ps(place), sums[block][channel][tap]));
            }
        }
    }
}

/// All gradients of one or two blocks of outputs by all inputs of their group.
INLINE void add_blocks(
    const int blocks, const ckernels_image_pairs *shape, const copies *lie, int64_t rows, const uint32_t *x, const uint32_t *dy,
    float *weights) {
    const int64_t kernel = shape->kernel_height * shape->kernel_width * BLOCK * BLOCK;
    const int64_t weight_block = shape->inputs / BLOCK * kernel;
    const int is_wide = shape->kernel_width == 5;
    for (int64_t input = 0; input < shape->inputs; input += is_wide ? 2 : 4) {
        for (int64_t r = 0; r < shape->kernel_height; r++) {
            const uint32_t *row = x + input * lie->plane + r * lie->row;
            float *place = weights + input / BLOCK * kernel + r * shape->kernel_width * BLOCK * BLOCK + input % BLOCK * BLOCK;
            if (is_wide) add_products(blocks, 2, 5, shape, lie, rows, row, dy, place, weight_block);
            else add_products(blocks, 4, 3, shape, lie, rows, row, dy, place, weight_block);
        }
    }
}

/// What two images contribute, whose copies are there.
COMPILED void add_images(
    const ckernels_image_pairs *shape, const copies *lie, const uint32_t *x, const uint32_t *dy, float *weights) {
    const int64_t blocks = shape->outputs / BLOCK;
    const int64_t weight_block = shape->inputs * shape->kernel_height * shape->kernel_width * BLOCK;
    for (int64_t group = 0; group < shape->groups; group++) {
        const uint32_t *inputs = x + group * shape->inputs * lie->plane;
        for (int64_t p = 0; p < shape->output_height; p += lie->rows_at_once) {
            const int64_t rows = least(lie->rows_at_once, shape->output_height - p);
            for (int64_t block = 0; block < blocks; block += 2) {
                const uint32_t *gradients = dy + (group * blocks + block) * lie->block + p * shape->output_width * BLOCK;
                float *place = weights + (group * blocks + block) * weight_block;
                if (block + 1 < blocks) add_blocks(2, shape, lie, rows, inputs + p * lie->row, gradients, place);
                else add_blocks(1, shape, lie, rows, inputs + p * lie->row, gradients, place);
            }
        }
    }
}

void ckernels_image_pairs_weight_gradient(
    const ckernels_image_pairs *shape, const uint16_t *x, const uint16_t *dy, float *weights, float *bias, void *scratch) {
    const copies lie = copies_of(shape);
    uint32_t *const rows = scratch, *const blocks = rows + input_numbers(shape, &lie);
    const int64_t input_blocks = shape->groups * shape->inputs / BLOCK, output_blocks = shape->groups * shape->outputs / BLOCK;
    const int64_t input_block = shape->input_height * shape->input_width * BLOCK;
    const int64_t output_pixels = shape->output_height * shape->output_width;
    const int64_t kernel = shape->kernel_height * shape->kernel_width;
    memset(rows, 0, (size_t)input_numbers(shape, &lie) * sizeof *rows);
    memset(weights, 0, (size_t)(output_blocks * BLOCK * shape->inputs * kernel) * sizeof *weights);
    if (bias != NULL) memset(bias, 0, (size_t)(output_blocks * BLOCK) * sizeof *bias);
    for (int64_t image = 0; image < shape->images; image += 2) {
        const int is_pair = image + 1 < shape->images;
        for (int64_t block = 0; block < input_blocks; block++) {
            const uint16_t *first = x + (image * input_blocks + block) * input_block;
            const uint16_t *second = is_pair ? first + input_blocks * input_block : NULL;
            uint32_t *to = rows + block * BLOCK * lie.plane + shape->padding_top * lie.row + shape->padding_left;
            for (int64_t h = 0; h < shape->input_height; h++) {
                const int64_t at = h * shape->input_width * BLOCK;
                copy_row(first + at, is_pair ? second + at : NULL, shape->input_width, lie.plane, to + h * lie.row);
            }
        }
        for (int64_t block = 0; block < output_blocks; block++) {
            const uint16_t *first = dy + (image * output_blocks + block) * output_pixels * BLOCK;
            copy_block(
                first, is_pair ? first + output_blocks * output_pixels * BLOCK : NULL, output_pixels, blocks + block * lie.block,
                bias == NULL ? NULL : bias + block * BLOCK);
        }
        add_images(shape, &lie, rows, blocks, weights);
    }
}
#else
int ckernels_image_pairs_exist(void) { return 0; }

void ckernels_image_pairs_weight_gradient(
    const ckernels_image_pairs *shape, const uint16_t *x, const uint16_t *dy, float *weights, float *bias, void *scratch) {
    (void)shape, (void)x, (void)dy, (void)weights, (void)bias, (void)scratch;
    __builtin_trap();
}
#endif
