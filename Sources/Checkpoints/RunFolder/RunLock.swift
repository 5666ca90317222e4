import Glibc

/// A lock on a folder that ends with the process, however that ends: the kernel holds it, not the file.
///
/// Where the file system has no such lock in any form, there is none, and `guardian` says so: a run is better unguarded than refused.
package final class RunLock: Sendable {
    /// The name of the file that is locked. It says who holds it, and stays when the lock goes: removing it would race.
    static let fileName = "lock"

    private let descriptor: Int32
    /// What keeps another process away.
    package let guardian: Guard

    package enum Guard: Sendable, Hashable {
        /// The usual lock.
        case first
        /// Another, as the file system lacks the usual one.
        case fallback
        /// Nothing, as it has none.
        case none
    }

    /// Takes the lock of `folder` by the first of `methods` that its file system has.
    ///
    /// Throws `locked` with its holder where another process, or another part of this one, has it.
    package init(folder: String, methods: [LockMethod] = LockMethod.all) throws(CheckpointError) {
        let path = folder.appending(component: Self.fileName)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw .refused(.lock, path: path, code: errno) }
        do throws(CheckpointError) {
            guardian = try Self.lock(descriptor, folder: folder, path: path, methods)
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

    private static func lock(
        _ descriptor: Int32, folder: String, path: String, _ methods: [LockMethod]
    ) throws(CheckpointError) -> Guard {
        for (number, method) in methods.enumerated() {
            while true {
                let code = method.lock(descriptor)
                if code == 0 { return number == 0 ? .first : .fallback }
                if code == EINTR { continue }
                if LockMethod.isUnsupported(code) { break }
                guard code == EWOULDBLOCK || code == EACCES else { throw .refused(.lock, path: path, code: code) }
                throw .locked(path: folder, holder: LockHolder.description(inFileAt: path))
            }
        }
        return .none
    }
}
