#include "CRoofline.h"

// The compiler's own vectors: it makes of them what the processor has. Several lines at a time, so that many loads are under
// way; stores pass the caches by, where the processor has such stores, since a line that is only written need not be read first.
typedef float line __attribute__((vector_size(64)));
enum { LINE = 16, AHEAD = 4 };

#define READ_BODY                                                                       \
    const line *x = (const line *)a;                                                    \
    line s0 = {0}, s1 = {0}, s2 = {0}, s3 = {0};                                        \
    for (size_t i = 0; i < count / LINE; i += AHEAD) {                                  \
        s0 += x[i];                                                                     \
        s1 += x[i + 1];                                                                 \
        s2 += x[i + 2];                                                                 \
        s3 += x[i + 3];                                                                 \
    }                                                                                   \
    s0 += s1 + (s2 + s3);                                                               \
    float sum = 0;                                                                      \
    for (int i = 0; i < LINE; i++) sum += s0[i];                                        \
    return sum;

#define COPY_BODY                                                                       \
    line *x = (line *)a;                                                                \
    const line *y = (const line *)b;                                                    \
    for (size_t i = 0; i < count / LINE; i += AHEAD) {                                  \
        line y0 = y[i], y1 = y[i + 1], y2 = y[i + 2], y3 = y[i + 3];                    \
        __builtin_nontemporal_store(y0, x + i);                                         \
        __builtin_nontemporal_store(y1, x + i + 1);                                     \
        __builtin_nontemporal_store(y2, x + i + 2);                                     \
        __builtin_nontemporal_store(y3, x + i + 3);                                     \
    }                                                                                   \
    __sync_synchronize();

#define TRIAD_BODY                                                                      \
    line *x = (line *)a;                                                                \
    const line *y = (const line *)b, *z = (const line *)c;                              \
    for (size_t i = 0; i < count / LINE; i += AHEAD) {                                  \
        line y0 = y[i] + factor * z[i], y1 = y[i + 1] + factor * z[i + 1];              \
        line y2 = y[i + 2] + factor * z[i + 2], y3 = y[i + 3] + factor * z[i + 3];      \
        __builtin_nontemporal_store(y0, x + i);                                         \
        __builtin_nontemporal_store(y1, x + i + 1);                                     \
        __builtin_nontemporal_store(y2, x + i + 2);                                     \
        __builtin_nontemporal_store(y3, x + i + 3);                                     \
    }                                                                                   \
    __sync_synchronize();

static float read_plain(const float *a, size_t count) { READ_BODY }
static void copy_plain(float *a, const float *b, size_t count) { COPY_BODY }
static void triad_plain(float *a, const float *b, const float *c, float factor, size_t count) { TRIAD_BODY }

#if defined(__x86_64__)

#define WIDE __attribute__((target("avx512f")))
WIDE static float read_wide(const float *a, size_t count) { READ_BODY }
WIDE static void copy_wide(float *a, const float *b, size_t count) { COPY_BODY }
WIDE static void triad_wide(float *a, const float *b, const float *c, float factor, size_t count) { TRIAD_BODY }

static int is_wide(void) { return __builtin_cpu_supports("avx512f"); }

float croofline_read(const float *a, size_t count) { return is_wide() ? read_wide(a, count) : read_plain(a, count); }

void croofline_copy(float *a, const float *b, size_t count) {
    if (is_wide()) copy_wide(a, b, count); else copy_plain(a, b, count);
}

void croofline_triad(float *a, const float *b, const float *c, float factor, size_t count) {
    if (is_wide()) triad_wide(a, b, c, factor, count); else triad_plain(a, b, c, factor, count);
}

#else

float croofline_read(const float *a, size_t count) { return read_plain(a, count); }
void croofline_copy(float *a, const float *b, size_t count) { copy_plain(a, b, count); }

void croofline_triad(float *a, const float *b, const float *c, float factor, size_t count) {
    triad_plain(a, b, c, factor, count);
}

#endif
