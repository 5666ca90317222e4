#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension DatasetError {
    /// What the system's refusal `code` (an `errno`) to open or read `path` means to somebody who wants to train on it.
    package static func refused(_ path: FilePath, code: Int32, isFolder: Bool = false) -> DatasetError {
        let reason = String(cString: strerror(code))
        func unreadable(_ remedy: String) -> DatasetError { .unreadable(path: "\(path)", reason: reason, remedy: remedy) }
        switch code {
        case ENOENT, ENOTDIR:
            return .missing(
                path: "\(path)",
                remedy: FileStatus.isLink(path)
                    ? "a link stands there that leads nowhere; mend or remove it"
                    : "bring it back, or check the path given to --data")
        case EACCES, EPERM:
            return unreadable(
                isFolder ? "grant this user read and search access to the folder" : "grant this user read access, or remove it")
        case ELOOP:
            return unreadable("a link stands there that leads back to itself; mend or remove it")
        case ENAMETOOLONG:
            return unreadable("move the data to a shorter path")
        case EMFILE, ENFILE:
            return unreadable("raise the limit of open files (ulimit -n), then run again")
        default:
            return unreadable("check the disk, then run again")
        }
    }

    /// This error with `advice` as another way out.
    package func advising(_ advice: String) -> DatasetError {
        switch self {
        case .missing(let path, let remedy): .missing(path: path, remedy: "\(remedy), or \(advice)")
        case .unreadable(let path, let reason, let remedy):
            .unreadable(path: path, reason: reason, remedy: "\(remedy), or \(advice)")
        case .bad(let path, let offset, let problem, let remedy):
            .bad(path: path, offset: offset, problem: problem, remedy: "\(remedy), or \(advice)")
        case .unsuitable(let problem, let remedy): .unsuitable(problem: problem, remedy: "\(remedy), or \(advice)")
        }
    }
}
