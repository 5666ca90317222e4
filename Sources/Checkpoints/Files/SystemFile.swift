import Glibc

/// An open file of the operating system.
final class SystemFile: WritableFile, ReadableFile {
    let size: Int
    private let path: String
    private let descriptor: Int32

    /// Owns `descriptor`.
    init(_ descriptor: Int32, path: String, size: Int) {
        self.descriptor = descriptor
        self.path = path
        self.size = size
    }

    deinit {
        // What matters has been flushed before, so that there is nothing left for this call to lose.
        close(descriptor)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        try transfer(bytes.count, .write) { Glibc.write(descriptor, bytes.baseAddress! + $0, bytes.count - $0) }
    }

    func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CheckpointError) {
        try transfer(bytes.count, .write) {
            pwrite(descriptor, bytes.baseAddress! + $0, bytes.count - $0, off_t(offset + $0))
        }
    }

    func flush() throws(CheckpointError) {
        try retried(.flush, path) { fsync(descriptor) }
    }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(CheckpointError) {
        try transfer(buffer.count, .read) {
            pread(descriptor, buffer.baseAddress! + $0, buffer.count - $0, off_t(offset + $0))
        }
    }

    /// Calls until `count` bytes are done: the system may do fewer at a time, and never does more than 2 GiB.
    private func transfer(_ count: Int, _ operation: FileOperation, _ call: (Int) -> Int) throws(CheckpointError) {
        var done = 0
        while done < count {
            let result = call(done)
            if result > 0 {
                done += result
            } else if result == 0 {
                guard operation == .read else { throw .refused(operation, path: path, code: EIO) }
                throw .bad(
                    path: path, problem: "the file has become shorter while it was read",
                    remedy: "let nothing else write to it, then try again")
            } else if errno != EINTR {
                throw .refused(operation, path: path, code: errno)
            }
        }
    }
}
