#ifndef CKernels_CopyPast_h
#define CKernels_CopyPast_h

#include <stdint.h>

/// to[i] = from[i], written past the caches: for more than they hold, which nobody reads soon. Memory need not be read before it is
/// written to then. Neither in the other's memory.
void ckernels_copy_past(int instructions, int64_t count, const float *from, float *to);

#endif
