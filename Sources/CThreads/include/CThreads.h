// What a pinned thread needs from C: the floating-point control register, and calls that glibc hides from Swift.
#ifndef CThreads_h
#define CThreads_h

#include <stdbool.h>

/// Makes the calling thread treat denormal numbers as zero, as operands and as results.
///
/// Activations and gradients decay into denormals, on which processors are many times slower; oneDNN leaves this to its caller.
void cthreads_flush_denormals(void);

/// Whether the calling thread treats denormal numbers as zero; false where the processor's switch is not known here.
bool cthreads_flushes_denormals(void);

/// The hardware thread the calling thread runs on, by the system's number; negative where the system does not tell.
int cthreads_current_core(void);

/// Names the calling thread for debuggers and profilers; at most 15 bytes are kept.
void cthreads_name(const char *name);

/// Tells the processor that the calling thread polls.
void cthreads_pause(void);

#endif
