public import Checkpoints
public import Configuration
import Locks

/// What is kept of a run on disk: its settings, its metrics and its checkpoints, in a folder that is locked meanwhile.
public final class RunRecord: Sendable {
    private let folder: RunFolder
    private let checkpoints: CheckpointFolder
    private let metrics: MetricsLog
    private let last: Guarded<String?>
    /// What whoever begins the run should know of its folder.
    public let warnings: [String]

    /// Writes a run's settings to its folder and makes the rest ready. What came after `saved` is cut from the metrics, and
    /// checkpoints of later steps are set aside.
    ///
    /// Throws `CheckpointError` where the system refuses.
    public init(_ folder: RunFolder, _ configuration: TrainingConfiguration, from saved: SavedRun? = nil) throws(CheckpointError)
    {
        self.folder = folder
        try folder.writeConfiguration(configuration.yaml)
        let checkpoints = try folder.checkpoints(keeping: configuration.keep)
        self.checkpoints = checkpoints
        let setAside = try saved.map { saved throws(CheckpointError) in try checkpoints.setAside(after: saved.step) } ?? []
        warnings =
            folder.warnings
            + setAside.map {
                "\($0.file.path) is set aside as \($0.path): the run goes on from before it, and takes another course"
            }
        metrics = try folder.metrics(columns: MetricsRow.columns, keepingThrough: saved?.toldStep ?? 0)
        last = Guarded(saved?.path)
    }

    /// Where the run is kept.
    public var path: String { folder.path }

    /// The file of the last checkpoint that is on disk for certain.
    public var lastCheckpoint: String? { last.withLock { $0 } }

    /// Opens the file that keeps what the run says.
    public func log() throws(CheckpointError) -> LineFile { try folder.log() }

    /// Adds what an event measures to the metrics.
    func note(_ event: TrainingEvent) throws(CheckpointError) {
        guard let row = MetricsRow(event) else { return }
        try metrics.append(step: row.step, row.values)
    }

    /// Saves a checkpoint; when this has thrown, the one before is in order.
    func save(_ snapshot: RunSnapshot) throws(CheckpointError) -> CheckpointFolder.Saved {
        // A metric of a step that is saved is not measured again.
        try metrics.flush()
        let saved = try checkpoints.save(snapshot.checkpoint)
        last.withLock { $0 = saved.file.path }
        return saved
    }
}
