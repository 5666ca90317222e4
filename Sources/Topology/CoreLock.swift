import Glibc

/// The right to a hardware thread among the runs of a machine: advisory, and gone with the process that holds it.
///
/// A name of a Unix socket in the abstract namespace (`unix(7)`) can be bound once. It needs no file, so that no file system,
/// no stale file and no other user's folder stands in the way, all users share it, and whoever finds it bound can ask the
/// kernel which process did it. It reaches as far as the network namespace: containers do not see each other's, which is why
/// `CorePlacement` pins nothing where a container's share is a quota of time.
struct CoreLock: ~Copyable {
    /// What came of asking for a hardware thread.
    enum Outcome: ~Copyable {
        case acquired(CoreLock)
        case taken(CoreHolder)
        /// The system has no such sockets, or no more of them.
        case unavailable(reason: String)
    }

    private let socket: Int32

    deinit { close(socket) }

    /// - Parameter group: runs see each other's locks within one group.
    static func acquire(_ thread: Int, in group: String) -> Outcome {
        // Closed on exec: a lock that a child process inherits would outlive its holder.
        let socket = unixSocket()
        guard socket >= 0 else { return .unavailable(reason: String(cString: strerror(errno))) }
        guard withAddress(of: thread, in: group, { bind(socket, $0, $1) }) == 0 else {
            let code = errno
            close(socket)
            guard code == EADDRINUSE else { return .unavailable(reason: String(cString: strerror(code))) }
            return .taken(holder(of: thread, in: group) ?? CoreHolder(thread: thread, process: nil))
        }
        // Only for others to ask who holds it. What they leave in the queue is never taken from it, and a full queue costs
        // them no more than the answer.
        _ = listen(socket, 4096)
        return .acquired(CoreLock(socket: socket))
    }

    /// Who holds a hardware thread, this process or another; nil where nobody does.
    static func holder(of thread: Int, in group: String) -> CoreHolder? {
        let socket = unixSocket()
        guard socket >= 0 else { return nil }
        defer { close(socket) }
        guard withAddress(of: thread, in: group, { connect(socket, $0, $1) }) == 0 else {
            return errno == EAGAIN ? CoreHolder(thread: thread, process: nil) : nil
        }
        // struct ucred of unix(7): process, user, group.
        var peer: (Int32, UInt32, UInt32) = (0, 0, 0)
        var size = socklen_t(MemoryLayout.size(ofValue: peer))
        let status = getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size)
        // 0 is a process of another process namespace.
        return CoreHolder(thread: thread, process: status == 0 && peer.0 > 0 ? Int(peer.0) : nil)
    }

    private static func unixSocket() -> Int32 {
        Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    }

    /// A name that begins with a zero byte is in the abstract namespace; it ends where the length says.
    private static func withAddress(
        of thread: Int, in group: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array("\0partrain/\(group)/cpu/\(thread)".utf8.prefix(MemoryLayout.size(ofValue: address.sun_path)))
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let length = MemoryLayout<sockaddr_un>.offset(of: \.sun_path)! + name.count
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
        }
    }
}
