#define _GNU_SOURCE
#include "CThreads.h"

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>

// Bit 15: flush to zero (results); bit 6: denormals are zero (operands).
static const unsigned flags = 0x8040;

void cthreads_flush_denormals(void) { _mm_setcsr(_mm_getcsr() | flags); }
bool cthreads_flushes_denormals(void) { return (_mm_getcsr() & flags) == flags; }
void cthreads_pause(void) { _mm_pause(); }

#elif defined(__aarch64__)

// Bit 24 of FPCR: flush to zero, operands and results alike.
static const uint64_t flags = UINT64_C(1) << 24;

static uint64_t control(void) {
    uint64_t value;
    __asm__ volatile("mrs %0, fpcr" : "=r"(value));
    return value;
}

void cthreads_flush_denormals(void) { __asm__ volatile("msr fpcr, %0" : : "r"(control() | flags)); }
bool cthreads_flushes_denormals(void) { return (control() & flags) == flags; }
void cthreads_pause(void) { __asm__ volatile("yield"); }

#else

void cthreads_flush_denormals(void) {}
bool cthreads_flushes_denormals(void) { return false; }
void cthreads_pause(void) {}

#endif

int cthreads_current_core(void) { return sched_getcpu(); }

void cthreads_name(const char *name) {
    char kept[16];
    strncpy(kept, name, sizeof kept - 1);
    kept[sizeof kept - 1] = 0;
    pthread_setname_np(pthread_self(), kept);
}
