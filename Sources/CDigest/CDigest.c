#include "CDigest.h"

#include <openssl/evp.h>

// The handle is the library's own context under a name that no header of OpenSSL is needed for.
static EVP_MD_CTX *context(cdigest_sha256 *digest) { return (EVP_MD_CTX *)digest; }

cdigest_sha256 *cdigest_sha256_create(void) {
    EVP_MD_CTX *created = EVP_MD_CTX_new();
    if (created && EVP_DigestInit_ex(created, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(created);
        created = NULL;
    }
    return (cdigest_sha256 *)created;
}

bool cdigest_sha256_update(cdigest_sha256 *digest, const void *bytes, size_t count) {
    return EVP_DigestUpdate(context(digest), bytes, count) == 1;
}

bool cdigest_sha256_finish(cdigest_sha256 *digest, unsigned char result[32]) {
    return EVP_DigestFinal_ex(context(digest), result, NULL) == 1;
}

void cdigest_sha256_destroy(cdigest_sha256 *digest) { EVP_MD_CTX_free(context(digest)); }
