// Counts the heap allocations of a thread, so that a test can hold a steady loop to none.
#ifndef CAllocationCounter_h
#define CAllocationCounter_h

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations are counted here: with glibc, and where no sanitizer has put its own allocator in place.
bool callocationcounter_counts(void);

/// How many heap allocations the calling thread has made so far.
uint64_t callocationcounter_of_this_thread(void);

#endif
