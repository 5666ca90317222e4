import Checkpoints
import Configuration
import Glibc

/// Finds runs by what lies on disk.
enum RunSearch {
    /// The folder in `root` whose run was saved last, or begun if it was never saved; nil where there is none.
    static func newest(in root: String) -> String? {
        let names = (try? SystemFiles().names(in: root)) ?? []
        let runs = names.compactMap { name -> (path: String, time: FileStatus.Time)? in
            let path = root + "/" + name
            guard let begun = FileStatus(path + "/configuration.yaml")?.time else { return nil }
            let saved = (try? CheckpointFolder(path: RunFolder.checkpointsPath(of: path)).list())?.last
            return (path, saved.flatMap { FileStatus($0.path)?.time } ?? begun)
        }
        // By name where the clock does not tell them apart, so that the same one is found again.
        return runs.max { ($0.time.seconds, $0.time.nanoseconds, $0.path) < ($1.time.seconds, $1.time.nanoseconds, $1.path) }?
            .path
    }

    /// The run's folder that a checkpoint lies in, if it does.
    static func run(ofCheckpoint path: String) -> String? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.dropLast().joined(separator: "/")
        let run = parts.count >= 2 ? folder + "/.." : ".."
        let checkpoints = RunFolder.checkpointsPath(of: run)
        guard let here = FileStatus(folder.isEmpty ? "." : folder), let there = FileStatus(checkpoints),
            here.identity == there.identity,
            FileStatus(run + "/configuration.yaml") != nil
        else { return nil }
        // The plain name where the path has it.
        return parts.count >= 3 ? parts.dropLast(2).joined(separator: "/") : run
    }

    static func isSameFile(_ first: String, _ second: String) -> Bool {
        guard let first = FileStatus(first), let second = FileStatus(second) else { return false }
        return first.identity == second.identity
    }
}

/// What lies at a path.
enum PathKind {
    case nothing, file, folder

    init(_ path: String) {
        switch FileStatus(path)?.isFolder {
        case nil: self = .nothing
        case true?: self = .folder
        case false?: self = .file
        }
    }
}

/// What the system tells of a file.
struct FileStatus {
    struct Time {
        let seconds: Int
        let nanoseconds: Int
    }

    /// Two paths with equal ones lead to the same file.
    let identity: [UInt64]
    let isFolder: Bool
    /// When it was last written.
    let time: Time

    /// Nil where nothing is there.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        identity = [UInt64(status.st_dev), UInt64(status.st_ino)]
        isFolder = status.st_mode & S_IFMT == S_IFDIR
        time = Time(seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec)
    }
}
