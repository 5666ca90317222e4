// The order in which response normalisation goes through a tensor: shared by all vector widths.
//
// An image is cut into tiles of pixels; a tile is done slab by slab, a slab being as many channels as fill a vector (blocked), or one
// channel (rows of pixels). What windows reach into is kept in `lines` in the scratchpad, in single precision, with zeros around it:
// a window is then a sum over places `neighbor` apart, and never has to know where blocks begin.
//
//     blocked:  a line per pixel        0 0 c0 c1 c2 … 0 0        neighbours 1 apart
//     rows:     a line per channel      p0 p1 p2 … of channel c   neighbours a tile apart

#ifndef CKernels_ResponseWalk_h
#define CKernels_ResponseWalk_h

#include "Extents.h"
#include "include/ResponseNormalization.h"

typedef struct {
    int64_t radius;
    int64_t slabs;
    /// How many slabs further windows reach.
    int64_t ahead;
    /// Pixels.
    int64_t tile;
    /// Elements in memory from an image to the next, from a pixel to the next, from a vector of a slab to the next.
    int64_t image_stride, pixel_stride, vector_stride;
    /// In the lines: elements from a channel to the next, from a slab to the next, from a vector of a slab to the next.
    int64_t neighbor, line_slab_stride, line_vector_stride;
    /// Where the first channel stands in the lines, and elements in all lines of a tile.
    int64_t origin, lines;
} response_walk;

typedef struct {
    /// Where its first vector begins in memory and in the lines.
    int64_t memory, lines;
    /// How many numbers of a vector are in memory, and how many of them are no padding.
    int64_t count, live;
} response_slab;

/// Pixels of a tile of blocks at least, however long a pixel's line is.
enum { RESPONSE_LEAST_TILE = 4 };

static inline response_walk response_walk_through(const ckernels_response *by, int64_t width, int is_rows) {
    response_walk walk = {.radius = by->size / 2};
    if (is_rows) {
        const int64_t rows = by->channels + 2 * walk.radius;
        const int64_t vectors = most(by->lines_in_rows / rows / width, 1);
        walk.slabs = by->channels;
        walk.ahead = walk.radius;
        walk.tile = least(vectors, (by->pixels + width - 1) / width) * width;
        walk.image_stride = by->channels * by->pixels;
        walk.pixel_stride = 1;
        walk.vector_stride = walk.line_vector_stride = width;
        walk.neighbor = walk.line_slab_stride = walk.tile;
        walk.origin = walk.radius * walk.tile;
        walk.lines = rows * walk.tile;
    } else {
        const int64_t channels = (by->channels + by->block - 1) / by->block * by->block;
        walk.slabs = (channels + width - 1) / width;
        walk.ahead = (walk.radius + width - 1) / width;
        // The zeros behind a line are those before the next. At least a vector of them, because windows are put together from whole ones.
        const int64_t margin = most(walk.ahead, 1) * width;
        const int64_t line = margin + walk.slabs * width;
        walk.tile = least(most(by->lines_in_blocks / line, RESPONSE_LEAST_TILE), by->pixels);
        walk.image_stride = channels * by->pixels;
        walk.pixel_stride = walk.vector_stride = by->block;
        walk.neighbor = 1;
        walk.line_slab_stride = width;
        walk.line_vector_stride = line;
        walk.origin = margin;
        walk.lines = line * walk.tile + margin;
    }
    return walk;
}

/// `tile` is where the tile's first pixel begins in memory.
static inline response_slab response_slab_at(
    const ckernels_response *by, const response_walk *walk, int64_t tile, int64_t index, int64_t width, int is_rows) {
    response_slab slab = {.lines = walk->origin + index * walk->line_slab_stride, .count = width, .live = width};
    if (is_rows) {
        slab.memory = tile + index * by->pixels;
    } else {
        const int64_t channel = index * width, in_block = channel % by->block;
        slab.memory = tile + (channel - in_block) * by->pixels + in_block;
        slab.count = least(width, by->block - in_block);
        slab.live = most(0, least(width, by->channels - channel));
    }
    return slab;
}

#endif
