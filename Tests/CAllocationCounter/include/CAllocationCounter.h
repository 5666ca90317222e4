// Counts the heap allocations of a thread, so that a test can hold a steady loop to none, and their bytes, so that a test can hold a
// reader of files to a limit.
#ifndef CAllocationCounter_h
#define CAllocationCounter_h

#include <stdbool.h>
#include <stdint.h>

/// Whether allocations are counted here: with glibc, and where no sanitizer has put its own allocator in place.
bool callocationcounter_counts(void);

/// How many heap allocations the calling thread has made so far, those set apart left out.
uint64_t callocationcounter_of_this_thread(void);

/// From now on allocations that a shared library's own code asks for are counted apart, on all threads; four libraries at most, each
/// by a part of its file's name. False where no such library is loaded.
bool callocationcounter_set_apart(const char *library);

/// How many heap allocations the code of a library set apart has made on the calling thread.
uint64_t callocationcounter_of_this_thread_by(const char *library);

/// Bytes of the heap that the calling thread has allocated and not freed; what others free of it is not noticed.
int64_t callocationcounter_live_bytes(void);

/// The largest that `callocationcounter_live_bytes` has been since the restart.
int64_t callocationcounter_peak_bytes(void);

/// Takes the live bytes of now for the largest so far.
void callocationcounter_restart_peak(void);

#endif
