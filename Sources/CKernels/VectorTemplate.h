// Part of every kernel's template: a vector of LANES numbers, and what is done with one. Undone by VectorTemplateEnd.h.
#include <stdint.h>

typedef float VARIANT(vector) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t VARIANT(bits) __attribute__((vector_size(4 * LANES), aligned(4), may_alias));

#define VECTOR VARIANT(vector)
#define BITS VARIANT(bits)
#define LOAD(address) (*(const VECTOR *)(address))
#define STORE(address, value) (*(VECTOR *)(address) = (value))
#define SPLAT(number) ((number) - (VECTOR){})
/// Lanes of `a` where `mask` is all ones, of `b` where it is zero.
#define SELECT(mask, a, b) ((VECTOR)(((BITS)(a) & (mask)) | ((BITS)(b) & ~(mask))))
#define MAYBE_UNUSED __attribute__((unused, always_inline)) inline

/// Max(x, 0); what is not a number stays so.
COMPILED MAYBE_UNUSED VECTOR VARIANT(relu)(VECTOR x) { return SELECT((BITS)(x <= 0), (VECTOR){}, x); }

/// tanh(x) as x · P(x²) / Q(x²), P and Q of degree 4: a minimax fit in relative error over |x| ≤ 9.02, beyond which the nearest
/// number is ±1. At most 6.2 units in the last place from the truth, in all numbers (5.6 with FMA); odd; never above 1. What is not
/// a number stays so.
COMPILED MAYBE_UNUSED VECTOR VARIANT(tanh)(VECTOR x) {
    const VECTOR limit = SPLAT(9.02f), one = SPLAT(1.0f);
    const VECTOR near = SELECT((BITS)(x > limit), limit, SELECT((BITS)(x < -limit), -limit, x));
    const VECTOR z = near * near;
    const VECTOR p = (((z * 1.33190712e-08f + 2.05834804e-05f) * z + 3.49403359e-03f) * z + 0.133797184f) * z + 1.0f;
    const VECTOR q = (((z * 7.76201659e-07f + 3.28309252e-04f) * z + 2.58710682e-02f) * z + 0.467130363f) * z + 1.0f;
    const VECTOR y = near * p / q;
    return SELECT((BITS)(y > one), one, SELECT((BITS)(y < -one), -one, y));
}

/// The halves are added until one number is left.
COMPILED MAYBE_UNUSED float VARIANT(sum_of_lanes)(VECTOR x) {
    float lanes[LANES];
    __builtin_memcpy(lanes, &x, sizeof lanes);
    for (int width = LANES / 2; width > 0; width /= 2) {
        for (int lane = 0; lane < width; lane++) lanes[lane] += lanes[lane + width];
    }
    return lanes[0];
}
