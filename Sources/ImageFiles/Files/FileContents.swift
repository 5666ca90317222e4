#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The bytes of a file, owned until the last reference goes.
///
/// `@unchecked Sendable`: the bytes are written in `init` and only read afterwards.
package final class FileContents: @unchecked Sendable {
    /// Where they came from, as messages have it.
    package let path: String
    package let bytes: UnsafeRawBufferPointer

    /// Reads `path`, or its first `limit` bytes. Throws when it is missing, unreadable, or changes while it is read.
    package init(reading file: FilePath, limit: Int = .max) throws(DatasetError) {
        let descriptor = try openForReading(file)
        defer { close(descriptor) }
        let size = min(try regularFileSize(descriptor, file), limit)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 16)
        var filled = 0
        while filled < size {
            let count = read(descriptor, buffer.baseAddress! + filled, size - filled)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let code = errno
                buffer.deallocate()
                if count < 0 { throw .refused(file, code: code) }
                throw .unreadable(
                    path: "\(file)", reason: "it ended after \(filled) of \(size) bytes", remedy: "check the disk, then run again"
                )
            }
            filled += count
        }
        path = "\(file)"
        bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<size])
    }

    /// Reads the file whose path `path` is as it stands.
    package convenience init(reading path: String, limit: Int = .max) throws(DatasetError) {
        try self.init(reading: FilePath(path), limit: limit)
    }

    /// Owns bytes that something else produced from `path`.
    package init(path: String, adopting buffer: UnsafeMutableRawBufferPointer) {
        self.path = path
        bytes = UnsafeRawBufferPointer(buffer)
    }

    /// Owns a copy of `bytes`, taken for what `path` holds.
    package convenience init(path: String, copying bytes: UnsafeRawBufferPointer) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(bytes.count, 1), alignment: 16)
        buffer.copyMemory(from: bytes)
        self.init(path: path, adopting: UnsafeMutableRawBufferPointer(rebasing: buffer[..<bytes.count]))
    }

    deinit {
        bytes.deallocate()
    }
}

/// Opens `path`, telling a missing file from one that may not be read.
func openForReading(_ path: FilePath) throws(DatasetError) -> Int32 {
    guard !path.bytes.contains(0) else { throw .refused(path, code: ENOENT) }
    // Without O_NONBLOCK, a pipe at the path would be waited for.
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard descriptor >= 0 else { throw .refused(path, code: errno) }
    return descriptor
}

/// Bytes of an open file. Throws where it is no regular one.
func regularFileSize(_ descriptor: Int32, _ path: FilePath) throws(DatasetError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .refused(path, code: errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
        throw .bad(path: "\(path)", problem: "this is not a regular file", remedy: "put the file itself there, or remove it")
    }
    return Int(status.st_size)
}
