// Keeps the bytes that were being read when the process died, so that a crash can be repeated.
#ifndef CCrashNote_h
#define CCrashNote_h

#include <stddef.h>
#include <stdint.h>

/// From now on a fatal signal, a stack that overflows and a case that takes longer than `seconds` write the case's number to standard
/// error and its bytes to the file `path`, before they end the process.
void ccrashnote_install(const char *path, unsigned seconds);

/// Case `number` begins, reading `count` bytes that stay until `ccrashnote_end`. `subject` stays for good.
void ccrashnote_begin(const char *subject, uint64_t number, const void *bytes, size_t count);

void ccrashnote_end(void);

#endif
