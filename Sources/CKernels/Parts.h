#ifndef CKernels_Parts_h
#define CKernels_Parts_h

#include <stdint.h>

/// A dimension cut into as few parts of at most `largest` as there can be, their sizes as equal as can be.
typedef struct {
    int64_t extent, count;
} parts;

static inline parts parts_of(int64_t extent, int64_t largest) {
    return (parts){extent, extent <= largest ? 1 : (extent + largest - 1) / largest};
}

static inline int64_t part_start(parts all, int64_t part) { return all.extent * part / all.count; }

#endif
