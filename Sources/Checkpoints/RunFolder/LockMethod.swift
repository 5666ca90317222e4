import Glibc

/// A way to lock a file that ends with the process.
package struct LockMethod: Sendable {
    /// Locks what the descriptor leads to, without waiting. Returns 0, or the system's reason (`errno`) for not doing it.
    let lock: @Sendable (Int32) -> Int32

    package init(_ lock: @escaping @Sendable (Int32) -> Int32) { self.lock = lock }

    /// In the order in which they are tried.
    package static let all = [wholeFile, openFileDescription]

    /// flock(2).
    static let wholeFile = LockMethod { descriptor in
        flock(descriptor, LOCK_EX | LOCK_NB) == 0 ? 0 : errno
    }

    /// Record locks of an open file (fcntl(2), F_OFD_SETLK): on file systems that have these alone, such as some that lie on a network.
    static let openFileDescription = LockMethod { descriptor in
        // All else is zero, which is the whole file, counted from its begin (SEEK_SET).
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        // Linux has the number for all processors; the headers hide its name.
        let setLockOfOpenFile: Int32 = 37
        return fcntl(descriptor, setLockOfOpenFile, &request) == 0 ? 0 : errno
    }

    /// Whether `code` says that the file system has no such lock, as opposed to one that somebody holds.
    static func isUnsupported(_ code: Int32) -> Bool {
        [ENOLCK, EOPNOTSUPP, ENOSYS, EINVAL].contains(code)
    }
}
