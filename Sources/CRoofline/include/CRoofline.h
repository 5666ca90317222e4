// Loops that do nothing but what they measure: multiply-adds in registers, and streams through memory. Written in C, since a
// program for every processor of its family has to choose its vector instructions when it runs.
#ifndef CRoofline_h
#define CRoofline_h

#include <stddef.h>
#include <stdint.h>

/// The widest instructions that multiply and add single-precision numbers on this processor: `AVX-512`, `AVX2`, `NEON`, `SSE2`.
const char *croofline_f32_instructions(void);

/// The same for products of bfloat16 summed in single precision; null where this processor has none that are known here.
const char *croofline_bf16_instructions(void);

/// Multiplies and adds `rounds` times in as many registers as hide the latency. Returns how many floating-point operations that
/// were, a multiplication and an addition counting as two. `sink` gets the sum of all numbers in the registers, which all go to 1: after
/// many rounds it is how many they are.
uint64_t croofline_f32(uint64_t rounds, float *sink);

/// The same with products of bfloat16, of which each adds 2⁻¹⁴ to the sum; does nothing and returns 0 where
/// `croofline_bf16_instructions` is null.
uint64_t croofline_bf16(uint64_t rounds, float *sink);

// Streams. Arrays begin at multiples of 64 bytes, `count` is a multiple of 64 elements.

/// The sum of `count` elements.
float croofline_read(const float *a, size_t count);

/// a = b, past the caches as a copy of much memory does.
void croofline_copy(float *a, const float *b, size_t count);

/// a = b + factor · c. Source: J. McCalpin, STREAM, kernel "Triad".
void croofline_triad(float *a, const float *b, const float *c, float factor, size_t count);

#endif
