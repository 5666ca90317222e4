#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What stands at a path, links followed.
package struct FileStatus {
    package enum Kind {
        case file
        case folder
        /// A pipe, a socket, a device.
        case other
    }

    /// Equal for two paths that lead to the same.
    package struct Identity: Hashable {
        let device: UInt64
        let number: UInt64
    }

    package let kind: Kind
    package let identity: Identity
    package let byteCount: Int

    /// Nil where nothing is there, or where the system does not say.
    package init?(of path: FilePath) {
        // The system would read the path only up to there.
        guard !path.bytes.contains(0) else { return nil }
        var status = stat()
        guard path.withCString({ stat($0, &status) }) == 0 else { return nil }
        switch status.st_mode & S_IFMT {
        case S_IFREG: kind = .file
        case S_IFDIR: kind = .folder
        default: kind = .other
        }
        identity = Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
        byteCount = Int(status.st_size)
    }

    package static func isFolder(_ path: FilePath) -> Bool { FileStatus(of: path)?.kind == .folder }

    /// Whether a link stands at `path` itself, wherever it leads.
    static func isLink(_ path: FilePath) -> Bool {
        var status = stat()
        return path.withCString { lstat($0, &status) } == 0 && status.st_mode & S_IFMT == S_IFLNK
    }
}
