import Glibc

/// The files of the operating system.
public struct SystemFiles: FileSystem {
    public init() {}

    public func create(_ path: String) throws(CheckpointError) -> any WritableFile {
        // A link in the place of a temporary file would lead the write elsewhere.
        SystemFile(try open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, .create), path: path, size: 0)
    }

    public func openToAppend(_ path: String) throws(CheckpointError) -> any WritableFile {
        SystemFile(try open(path, O_WRONLY | O_CREAT | O_APPEND, .create), path: path, size: 0)
    }

    public func openToRead(_ path: String) throws(CheckpointError) -> any ReadableFile {
        // Without O_NONBLOCK, a pipe at the path would be waited for.
        let descriptor = try open(path, O_RDONLY | O_NONBLOCK, .open)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            defer { close(descriptor) }
            throw .refused(.read, path: path, code: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .bad(path: path, problem: "this is not a regular file", remedy: "give the path of a file")
        }
        return SystemFile(descriptor, path: path, size: Int(status.st_size))
    }

    public func cut(_ path: String, to size: Int) throws(CheckpointError) {
        try retried(.cut, path) { truncate(path, off_t(size)) }
    }

    public func rename(_ path: String, to newPath: String) throws(CheckpointError) {
        try retried(.rename, path) { Glibc.rename(path, newPath) }
    }

    public func remove(_ path: String) throws(CheckpointError) {
        try retried(.remove, path) { unlink(path) }
    }

    public func createFolder(_ path: String) throws(CheckpointError) -> Bool {
        do throws(CheckpointError) {
            try retried(.createFolder, path) { mkdir(path, 0o755) }
            return true
        } catch {
            var status = stat()
            guard error == .refused(.createFolder, path: path, code: EEXIST), stat(path, &status) == 0,
                status.st_mode & S_IFMT == S_IFDIR
            else { throw error }
            return false
        }
    }

    public func flushFolder(_ path: String) throws(CheckpointError) {
        let descriptor = try open(path, O_RDONLY | O_DIRECTORY, .flushFolder)
        defer { close(descriptor) }
        try retried(.flushFolder, path) { fsync(descriptor) }
    }

    public func names(in folder: String) throws(CheckpointError) -> [String] {
        guard let stream = opendir(folder) else {
            guard errno == ENOENT else { throw .refused(.list, path: folder, code: errno) }
            throw .missing(path: folder, remedy: "check the path")
        }
        defer { closedir(stream) }
        var names = [String]()
        while true {
            errno = 0
            guard let entry = readdir(stream) else { break }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
                field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) {
                    String(cString: $0)
                }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        guard errno == 0 else { throw .refused(.list, path: folder, code: errno) }
        return names
    }

    private func open(_ path: String, _ flags: Int32, _ operation: FileOperation) throws(CheckpointError) -> Int32 {
        while true {
            let descriptor = Glibc.open(path, flags | O_CLOEXEC, 0o644)
            if descriptor >= 0 { return descriptor }
            if errno == EINTR { continue }
            if operation == .open && (errno == ENOENT || errno == ENOTDIR) {
                throw .missing(path: path, remedy: "check the path")
            }
            throw .refused(operation, path: path, code: errno)
        }
    }
}

/// Makes a call of the system until no signal interrupts it.
func retried(_ operation: FileOperation, _ path: String, _ call: () -> Int32) throws(CheckpointError) {
    while call() != 0 {
        guard errno == EINTR else { throw .refused(operation, path: path, code: errno) }
    }
}
