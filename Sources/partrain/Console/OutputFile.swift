import Glibc

/// A file that is written at the end of a long run, and made at its beginning, so that a mistake in its path shows at once.
struct OutputFile: ~Copyable {
    private let path: String
    private let descriptor: Int32

    /// Makes the file, or empties the one that is there. Throws where the system refuses.
    init(path: String) throws(FileError) {
        let opened = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard opened >= 0 else { throw FileError(path: path, reason: String(cString: strerror(errno))) }
        self.path = path
        descriptor = opened
    }

    deinit { close(descriptor) }

    func write(_ text: String) throws(FileError) {
        do {
            try TextStream(descriptor: descriptor, name: path).write(text)
        } catch {
            throw FileError(path: path, reason: error.reason)
        }
    }
}

/// A file cannot be made or written.
struct FileError: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String { "\(path) cannot be written (\(reason)); give the path of a file in a folder of yours" }
}
