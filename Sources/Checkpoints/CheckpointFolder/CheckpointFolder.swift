/// The checkpoints of a run: written so that a crash at any instant leaves a valid one, and pruned to the last and the best.
public struct CheckpointFolder: Sendable {
    /// A checkpoint by its name; nobody has looked into it.
    public struct File: Sendable, Hashable {
        public let path: String
        public let step: Int
    }

    public let path: String
    /// How many of the last checkpoints are kept, besides the best.
    public let keptCount: Int
    let files: any FileSystem

    /// A folder to read from or, after `prepare()`, to save to. Nothing is touched yet.
    public init(path: String, keeping keptCount: Int = 3, files: any FileSystem = SystemFiles()) {
        precondition(keptCount > 0, "the last checkpoint is always kept")
        self.path = path
        self.keptCount = keptCount
        self.files = files
    }

    /// Makes the folder if there is none, and removes the unfinished files that killed processes have left.
    ///
    /// For the one process that writes: a run folder's lock sees to that.
    public func prepare() throws(CheckpointError) {
        if try files.createFolder(path) { try files.flushFolder(path.folder) }
        for name in try files.names(in: path) where CheckpointName.isTemporary(name) {
            try files.remove(path.appending(component: name))
        }
    }

    /// The checkpoints by name, in the order of their steps. None where there is no folder.
    public func list() throws(CheckpointError) -> [File] {
        let names: [String]
        do throws(CheckpointError) {
            names = try files.names(in: path)
        } catch {
            if case .missing = error { return [] }
            throw error
        }
        return names.compactMap { name in
            CheckpointName.step(of: name).map { File(path: path.appending(component: name), step: $0) }
        }.sorted { $0.step < $1.step }
    }
}
