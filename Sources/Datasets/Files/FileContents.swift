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
    let path: String
    let bytes: UnsafeRawBufferPointer

    /// Reads `path`, or its first `limit` bytes. Throws when it is missing, unreadable, or changes while it is read.
    package init(reading path: String, limit: Int = .max) throws(DatasetError) {
        let descriptor = try openForReading(path)
        defer { close(descriptor) }
        let size = min(try regularFileSize(descriptor, path), limit)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 16)
        var filled = 0
        while filled < size {
            let count = read(descriptor, buffer.baseAddress! + filled, size - filled)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let reason = count < 0 ? lastSystemError() : "it ended after \(filled) of \(size) bytes"
                buffer.deallocate()
                throw .unreadable(path: path, reason: reason, remedy: "check the disk, then run again")
            }
            filled += count
        }
        self.path = path
        bytes = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<size])
    }

    /// Owns bytes that something else produced from `path`.
    init(path: String, adopting buffer: UnsafeMutableRawBufferPointer) {
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

/// The words of `errno`.
func lastSystemError() -> String {
    String(cString: strerror(errno))
}

/// Opens `path`, telling a missing file from one that may not be read.
private func openForReading(_ path: String) throws(DatasetError) -> Int32 {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 { return descriptor }
    if errno == ENOENT || errno == ENOTDIR {
        throw .missing(path: path, remedy: "check the path given to --data")
    }
    throw .unreadable(path: path, reason: lastSystemError(), remedy: "grant this user read access, or leave the file out")
}

private func regularFileSize(_ descriptor: Int32, _ path: String) throws(DatasetError) -> Int {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
        throw .unreadable(path: path, reason: lastSystemError(), remedy: "check the disk, then run again")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
        throw .bad(path: path, problem: "this is not a regular file", remedy: "put the file itself there")
    }
    return Int(status.st_size)
}
