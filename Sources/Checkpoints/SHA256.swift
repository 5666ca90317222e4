import CDigest

/// A SHA-256 digest in the making (FIPS 180-4), by libcrypto.
package struct SHA256: ~Copyable {
    private let handle: OpaquePointer

    /// Throws `CheckpointError.digest` where the library refuses, as some do by policy.
    package init() throws(CheckpointError) {
        guard let handle = cdigest_sha256_create() else { throw .digest }
        self.handle = handle
    }

    deinit {
        cdigest_sha256_destroy(handle)
    }

    package func update(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        guard bytes.isEmpty || cdigest_sha256_update(handle, bytes.baseAddress, bytes.count) else { throw .digest }
    }

    /// The digest in 64 hexadecimal digits.
    package consuming func finish() throws(CheckpointError) -> String {
        var result = [UInt8](repeating: 0, count: 32)
        guard cdigest_sha256_finish(handle, &result) else { throw .digest }
        return result.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
