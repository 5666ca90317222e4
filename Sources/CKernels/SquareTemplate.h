// Turns a square of LANES vectors of LANES numbers of four bytes each round, in registers: exchanged halves, quarters and so on are
// the transpose. Undone by SquareTemplateEnd.h.

// Lane l of a vector exchanges with the vector that is `d` away those lanes whose number has bit d otherwise than the vector's own.
#define EARLIER(l, d) ((l) & (d) ? LANES + (l) - (d) : (l))
#define LATER(l, d) ((l) & (d) ? LANES + (l) : (l) + (d))
#define FOUR(lane, l, d) lane(l, d), lane(l + 1, d), lane(l + 2, d), lane(l + 3, d)
#define EXCHANGE(tile, d) \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < LANES; i++) { \
        if (i & d) continue; \
        const __typeof__(tile[0]) a = tile[i], b = tile[i + d]; \
        tile[i] = __builtin_shufflevector(a, b, ALL(EARLIER, d)); \
        tile[i + d] = __builtin_shufflevector(a, b, ALL(LATER, d)); \
    }

#if LANES == 16
#define ALL(lane, d) FOUR(lane, 0, d), FOUR(lane, 4, d), FOUR(lane, 8, d), FOUR(lane, 12, d)
#define TRANSPOSE(tile) EXCHANGE(tile, 8) EXCHANGE(tile, 4) EXCHANGE(tile, 2) EXCHANGE(tile, 1)
#elif LANES == 8
#define ALL(lane, d) FOUR(lane, 0, d), FOUR(lane, 4, d)
#define TRANSPOSE(tile) EXCHANGE(tile, 4) EXCHANGE(tile, 2) EXCHANGE(tile, 1)
#else
#define ALL(lane, d) FOUR(lane, 0, d)
#define TRANSPOSE(tile) EXCHANGE(tile, 2) EXCHANGE(tile, 1)
#endif
