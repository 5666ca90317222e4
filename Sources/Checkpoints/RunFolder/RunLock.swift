import Glibc

/// A lock on a folder that ends with the process, however that ends: the kernel holds it, not the file.
final class RunLock: Sendable {
    /// The name of the file that is locked. It says who holds it, and stays when the lock goes: removing it would race.
    static let fileName = "lock"

    private let descriptor: Int32

    /// Takes the lock of `folder`. Throws `locked` with its holder where another process, or another part of this one, has it.
    init(folder: String) throws(CheckpointError) {
        let path = folder.appending(component: Self.fileName)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .refused(.lock, path: path, code: errno) }
        do throws(CheckpointError) {
            try Self.lock(descriptor, folder: folder, path: path)
            try retried(.lock, path) { ftruncate(descriptor, 0) }
            try SystemFile(dup(descriptor), path: path, size: 0).write(text: LockHolder.this.line)
        } catch {
            close(descriptor)
            throw error
        }
        self.descriptor = descriptor
    }

    deinit {
        // A child that another thread is just starting has the file open, too, until it runs its program: closing ours is not enough.
        _ = flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func lock(_ descriptor: Int32, folder: String, path: String) throws(CheckpointError) {
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            switch errno {
            case EINTR: continue
            case EWOULDBLOCK: throw .locked(path: folder, holder: LockHolder.description(inFileAt: path))
            default: throw .refused(.lock, path: path, code: errno)
            }
        }
    }
}
