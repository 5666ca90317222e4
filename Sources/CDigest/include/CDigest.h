// SHA-256 by OpenSSL's libcrypto: Swift sees an opaque handle and three calls, whichever version is installed.
#ifndef CDIGEST_H
#define CDIGEST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct cdigest_sha256 cdigest_sha256;

// Begins a digest; NULL where the library refuses (no memory, or SHA-256 switched off).
cdigest_sha256 *cdigest_sha256_create(void);
// Adds bytes. False where the library refuses.
bool cdigest_sha256_update(cdigest_sha256 *digest, const void *bytes, size_t count);
// Writes the 32 bytes of the digest; nothing can be added after it.
bool cdigest_sha256_finish(cdigest_sha256 *digest, unsigned char result[32]);
void cdigest_sha256_destroy(cdigest_sha256 *digest);

#endif
