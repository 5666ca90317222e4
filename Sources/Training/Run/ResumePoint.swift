public import Checkpoints
public import Configuration

/// What a run goes on from.
public struct ResumePoint: Sendable {
    /// The run's folder, which goes on being written to; nil for a checkpoint that begins a folder of its own.
    public let folder: RunFolder?
    /// The last valid checkpoint; nil where the run ended before its first.
    public let saved: SavedRun?
    /// The settings that the run had, with every gap filled.
    public let configuration: TrainingConfiguration
    /// The file that those come from.
    public let origin: String
    /// Why newer checkpoints were passed over.
    public let rejected: [CheckpointError]

    /// Finds what `request` means: `auto`, a run's folder, or a checkpoint's file.
    ///
    /// A checkpoint that is the last of its run goes on in that run's folder; an earlier one begins another, so that nothing is
    /// lost. Throws `TrainingError.missingFile` where there is nothing to resume, `CheckpointError` where what is there is
    /// damaged or in use.
    /// - Parameters:
    ///   - run: the folder that `auto` means; nil for the one of `runs` that was saved last.
    ///   - runs: the folder of the runs' folders.
    public init(_ request: String, run: String?, runs: String, files: any FileSystem = SystemFiles()) throws {
        if request == "auto" {
            guard let path = run ?? RunSearch.newest(in: runs) else {
                throw TrainingError.missingFile(
                    path: runs, remedy: "holds no run that could go on; leave --resume out to begin one, or give its path")
            }
            try self.init(runFolder: path, files: files)
        } else if PathKind(request) == .file {
            try self.init(checkpoint: request, files: files)
        } else {
            try self.init(runFolder: request, files: files)
        }
    }

    private init(runFolder path: String, files: any FileSystem) throws {
        guard PathKind(path) == .folder else {
            throw TrainingError.missingFile(
                path: path, remedy: "is no run's folder and no checkpoint; leave --resume out to begin a run")
        }
        let folder = try RunFolder.open(path, files: files)
        let recovery = try CheckpointFolder(path: RunFolder.checkpointsPath(of: path), files: files).latest()
        self.folder = folder
        rejected = recovery.rejected
        if let (checkpoint, file) = recovery.newest {
            let saved = try SavedRun(checkpoint, path: file.path)
            (self.saved, configuration, origin) = (saved, saved.configuration, file.path)
        } else {
            // Damaged is not the same as not there: nobody begins a long run again unasked.
            if let damage = recovery.rejected.first { throw damage }
            saved = nil
            origin = folder.configurationPath
            var configuration = TrainingConfiguration()
            try ConfigurationFile(path: origin).apply(to: &configuration)
            self.configuration = configuration
        }
    }

    private init(checkpoint path: String, files: any FileSystem) throws {
        let run = RunSearch.run(ofCheckpoint: path)
        let newest =
            try run.map { try CheckpointFolder(path: RunFolder.checkpointsPath(of: $0), files: files).list().last } ?? nil
        let isNewest = newest.map { RunSearch.isSameFile($0.path, path) } ?? false
        folder = try isNewest ? run.map { try RunFolder.open($0, files: files) } : nil
        let saved = try SavedRun(Checkpoint(path: path, files: files), path: path)
        (self.saved, configuration, origin, rejected) = (saved, saved.configuration, path, [])
    }
}
