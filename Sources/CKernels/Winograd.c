#include "Winograd.h"

#include <string.h>

#include "Extents.h"
#include "InstructionSets.h"
#include "Parts.h"

enum {
    /// Rows and columns of the inputs under a tile of outputs, and the most that a tile and a kernel have.
    INPUT_TILE = 6,
    MOST_OUTPUTS = 4,
    MOST_TAPS = 5,
    /// Products that a tile of outputs takes of each pair of channels.
    POINTS = INPUT_TILE * INPUT_TILE,
    /// Between what belongs to neighbouring points: were it a power of 2 apart, all 36 would share one set of a cache.
    STAGGER = 16,
    /// Numbers of a line of a cache.
    CACHE_LINE = 16,
    /// Channels that are summed in registers before the sums go back to memory: as many rows of weights as fit a first-level cache.
    CHUNK = 256,
};

// Filtering multiplies polynomials by their values at the points 0, ±A, ±B and infinity. ±5/8 and ±3/2 lie so that numbers of one size come
// together, and round half as much as ±1 and ±2; all of the inputs' factors are exact.
#define A 0.625f
#define B 1.5f
#define A2 (A * A)
#define B2 (B * B)
// What the weights' values are divided by: the products of a point's differences to the others.
#define AT_0 (1 / (A2 * B2))
#define AT_A (1 / (2 * A2 * (A2 - B2)))
#define AT_B (1 / (2 * B2 * (B2 - A2)))

/// Rows and columns of a tile of outputs of a kernel of so many rows and columns: with them it reaches over the tile of inputs.
#define outputs_of_kernel(taps) (INPUT_TILE + 1 - (taps))

/// Rows and columns of the tiles of an image's outputs, how many all images have, and rows and columns of a tile.
typedef struct {
    int64_t rows, columns, all;
    int side;
} tile_grid;

static tile_grid tiles_of(const ckernels_winograd *shape) {
    const int side = outputs_of_kernel((int)shape->kernel);
    const int64_t rows = (shape->output_height + side - 1) / side, columns = (shape->output_width + side - 1) / side;
    return (tile_grid){rows, columns, shape->images * rows * columns, side};
}

/// Elements of all that belongs to a point of the transformed inputs, outputs and weights of some tiles.
static int64_t input_point(const ckernels_winograd *shape) { return shape->tiles * shape->inputs + STAGGER; }
static int64_t output_point(const ckernels_winograd *shape) { return shape->tiles * shape->outputs + STAGGER; }
static int64_t weight_point(const ckernels_winograd *shape) { return shape->inputs * shape->outputs + STAGGER; }

/// A tile of pixels under or over a point of the grid: where its first lies in its image, and which of its rows and columns exist.
typedef struct {
    int64_t image, row, column;
    int first_row, end_row, first_column, end_column;
} tile_place;

/// The tile of `side` rows and columns that begins `top` and `left` before output tile `index`.
static inline tile_place place_of(
    tile_grid grid, int64_t index, int side, int64_t top, int64_t left, int64_t height, int64_t width) {
    const int64_t tile = index % (grid.rows * grid.columns);
    tile_place place = {.image = index / (grid.rows * grid.columns)};
    place.row = tile / grid.columns * grid.side - top;
    place.column = tile % grid.columns * grid.side - left;
    place.first_row = (int)most(0, -place.row);
    place.first_column = (int)most(0, -place.column);
    place.end_row = (int)least(side, height - place.row);
    place.end_column = (int)least(side, width - place.column);
    return place;
}

#define KERNEL_TEMPLATE "WinogradTemplate.h"
#include "ForEachInstructionSet.h"

int64_t ckernels_winograd_scratch(const ckernels_winograd *shape) {
    return POINTS * (input_point(shape) + output_point(shape) + weight_point(shape));
}

void ckernels_winograd_convolve(
    int instructions, const ckernels_winograd *shape, const float *x, const float *weights, const float *bias, float *y, float *scratch) {
    CHOOSE(winograd_convolve, instructions)(shape, x, weights, bias, y, scratch);
}

void ckernels_winograd_weight_gradient(
    int instructions, const ckernels_winograd *shape, const float *x, const float *dy, float *dweights, float *dbias, float *scratch) {
    CHOOSE(winograd_weight_gradient, instructions)(shape, x, dy, dweights, dbias, scratch);
}
