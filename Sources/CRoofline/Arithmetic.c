#include "CRoofline.h"

// Values stay near 1: x · ½ + ½.

#if defined(__x86_64__)
#include <immintrin.h>

// Two units with a latency of four cycles want eight registers in flight; more do no harm.
enum { WIDE = 16, NARROW = 12 };

__attribute__((target("avx512f"))) static uint64_t f32_avx512(uint64_t rounds, float *sink) {
    __m512 x[WIDE];
    const __m512 half = _mm512_set1_ps(0.5f);
    for (int i = 0; i < WIDE; i++) x[i] = _mm512_set1_ps((float)i);
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < WIDE; i++) x[i] = _mm512_fmadd_ps(x[i], half, half);
    }
    __m512 sum = x[0];
    for (int i = 1; i < WIDE; i++) sum = _mm512_add_ps(sum, x[i]);
    *sink = _mm512_reduce_add_ps(sum);
    return rounds * WIDE * 16 * 2;
}

__attribute__((target("avx2,fma"))) static uint64_t f32_avx2(uint64_t rounds, float *sink) {
    __m256 x[NARROW];
    const __m256 half = _mm256_set1_ps(0.5f);
    for (int i = 0; i < NARROW; i++) x[i] = _mm256_set1_ps((float)i);
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < NARROW; i++) x[i] = _mm256_fmadd_ps(x[i], half, half);
    }
    __m256 sum = x[0];
    for (int i = 1; i < NARROW; i++) sum = _mm256_add_ps(sum, x[i]);
    float parts[8];
    _mm256_storeu_ps(parts, sum);
    *sink = 0;
    for (int i = 0; i < 8; i++) *sink += parts[i];
    return rounds * NARROW * 8 * 2;
}

static uint64_t f32_sse2(uint64_t rounds, float *sink) {
    __m128 x[NARROW];
    const __m128 half = _mm_set1_ps(0.5f);
    for (int i = 0; i < NARROW; i++) x[i] = _mm_set1_ps((float)i);
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < NARROW; i++) x[i] = _mm_add_ps(_mm_mul_ps(x[i], half), half);
    }
    __m128 sum = x[0];
    for (int i = 1; i < NARROW; i++) sum = _mm_add_ps(sum, x[i]);
    float parts[4];
    _mm_storeu_ps(parts, sum);
    *sink = 0;
    for (int i = 0; i < 4; i++) *sink += parts[i];
    return rounds * NARROW * 4 * 2;
}

// Pairs of products are added to a sum: 32 multiplications and 32 additions an instruction.
__attribute__((target("avx512f,avx512bw,avx512bf16"))) static uint64_t bf16_avx512(uint64_t rounds, float *sink) {
    __m512 x[WIDE];
    // 2⁻⁷ in both halves.
    const __m512bh small = (__m512bh)_mm512_set1_epi32(0x3C003C00);
    for (int i = 0; i < WIDE; i++) x[i] = _mm512_set1_ps((float)i);
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < WIDE; i++) x[i] = _mm512_dpbf16_ps(x[i], small, small);
    }
    __m512 sum = x[0];
    for (int i = 1; i < WIDE; i++) sum = _mm512_add_ps(sum, x[i]);
    *sink = _mm512_reduce_add_ps(sum);
    return rounds * WIDE * 32 * 2;
}

static int has_avx512(void) { return __builtin_cpu_supports("avx512f"); }
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static int has_bf16(void) { return has_avx512() && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512bf16"); }

const char *croofline_f32_instructions(void) { return has_avx512() ? "AVX-512" : has_avx2() ? "AVX2" : "SSE2"; }
const char *croofline_bf16_instructions(void) { return has_bf16() ? "AVX-512 BF16" : NULL; }

uint64_t croofline_f32(uint64_t rounds, float *sink) {
    return has_avx512() ? f32_avx512(rounds, sink) : has_avx2() ? f32_avx2(rounds, sink) : f32_sse2(rounds, sink);
}

uint64_t croofline_bf16(uint64_t rounds, float *sink) { return has_bf16() ? bf16_avx512(rounds, sink) : 0; }

#elif defined(__aarch64__)
#include <arm_neon.h>

#if defined(__linux__)
#include <sys/auxv.h>
#endif

// Four units with a latency of four cycles.
enum { REGISTERS = 24 };

const char *croofline_f32_instructions(void) { return "NEON"; }

uint64_t croofline_f32(uint64_t rounds, float *sink) {
    float32x4_t x[REGISTERS];
    const float32x4_t half = vdupq_n_f32(0.5f);
    for (int i = 0; i < REGISTERS; i++) x[i] = vdupq_n_f32((float)i);
    for (uint64_t round = 0; round < rounds; round++) {
        // x + x · (−½): the instruction adds to the register that it overwrites.
#pragma clang loop unroll(full)
        for (int i = 0; i < REGISTERS; i++) x[i] = vfmsq_f32(x[i], x[i], half);
    }
    float32x4_t sum = x[0];
    for (int i = 1; i < REGISTERS; i++) sum = vaddq_f32(sum, x[i]);
    *sink = vaddvq_f32(sum);
    return rounds * REGISTERS * 4 * 2;
}

__attribute__((target("bf16"))) static uint64_t bf16_neon(uint64_t rounds, float *sink) {
    float32x4_t x[REGISTERS];
    const bfloat16x8_t small = vreinterpretq_bf16_u16(vdupq_n_u16(0x3C00));
    for (int i = 0; i < REGISTERS; i++) x[i] = vdupq_n_f32((float)i);
    for (uint64_t round = 0; round < rounds; round++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < REGISTERS; i++) x[i] = vbfdotq_f32(x[i], small, small);
    }
    float32x4_t sum = x[0];
    for (int i = 1; i < REGISTERS; i++) sum = vaddq_f32(sum, x[i]);
    *sink = vaddvq_f32(sum);
    return rounds * REGISTERS * 8 * 2;
}

static int has_bf16(void) {
#if defined(__linux__)
    // HWCAP2_BF16
    return (getauxval(AT_HWCAP2) >> 14) & 1;
#else
    return 0;
#endif
}

const char *croofline_bf16_instructions(void) { return has_bf16() ? "NEON BF16" : NULL; }
uint64_t croofline_bf16(uint64_t rounds, float *sink) { return has_bf16() ? bf16_neon(rounds, sink) : 0; }

#else

enum { REGISTERS = 32 };

const char *croofline_f32_instructions(void) { return "plain C"; }
const char *croofline_bf16_instructions(void) { return NULL; }

uint64_t croofline_f32(uint64_t rounds, float *sink) {
    float x[REGISTERS];
    for (int i = 0; i < REGISTERS; i++) x[i] = (float)i;
    for (uint64_t round = 0; round < rounds; round++) {
        for (int i = 0; i < REGISTERS; i++) x[i] = x[i] * 0.5f + 0.5f;
    }
    float sum = 0;
    for (int i = 0; i < REGISTERS; i++) sum += x[i];
    *sink = sum;
    return rounds * REGISTERS * 2;
}

uint64_t croofline_bf16(uint64_t rounds, float *sink) { return 0; }

#endif
