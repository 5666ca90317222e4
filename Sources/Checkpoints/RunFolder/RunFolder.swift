/// The folder of one run: its configuration, metrics, log and checkpoints. It is locked until the last reference goes.
public final class RunFolder: Sendable {
    public let path: String
    private let files: any FileSystem
    private let lock: RunLock

    /// Takes the lock of a folder that exists.
    init(locking path: String, files: any FileSystem) throws(CheckpointError) {
        self.path = path
        self.files = files
        lock = try RunLock(folder: path)
    }

    public var name: String { path.lastComponent }

    /// What whoever begins the run should know of the folder.
    public var warnings: [String] {
        switch lock.guardian {
        case .first: []
        case .fallback: ["\(path) lies on a file system without flock: the run is locked by fcntl instead"]
        case .none:
            ["\(path) lies on a file system without locks: see that no other process works in it until this run ends"]
        }
    }

    /// The effective configuration; given back to the program, it reproduces the run.
    public var configurationPath: String { path.appending(component: RunContent.configuration) }

    /// Writes the configuration, whole or not at all.
    public func writeConfiguration(_ text: String) throws(CheckpointError) {
        try files.replace(configurationPath, with: text)
    }

    /// The run's checkpoints, ready to be saved to.
    public func checkpoints(keeping count: Int = 3) throws(CheckpointError) -> CheckpointFolder {
        let folder = CheckpointFolder(path: Self.checkpointsPath(of: path), keeping: count, files: files)
        try folder.prepare()
        return folder
    }

    /// The run's metrics; rows of steps after `lastStep` are cut off.
    public func metrics(columns: [String], keepingThrough lastStep: Int = 0) throws(CheckpointError) -> MetricsLog {
        try MetricsLog(folder: path, columns: columns, keepingThrough: lastStep, files: files)
    }

    /// What the run has said, line by line.
    public func log() throws(CheckpointError) -> LineFile {
        try LineFile(path: path.appending(component: RunContent.log), files: files)
    }

    /// Where the checkpoints of the run in the folder `path` lie.
    public static func checkpointsPath(of path: String) -> String {
        path.appending(component: RunContent.checkpoints)
    }
}

/// What a run's folder holds.
enum RunContent {
    static let configuration = "configuration.yaml"
    static let checkpoints = "checkpoints"
    static let log = "log.txt"
}
