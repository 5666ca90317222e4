public import Checkpoints
public import Configuration
import Parallelism
public import Topology

/// A run as it was asked for, begun or gone on with: what it does, and the folder that keeps it.
public struct PreparedRun: Sendable {
    public let preparation: TrainingPreparation
    /// Nil where the run leaves nothing behind.
    public let record: RunRecord?
    /// What memory it will have at its fullest.
    public let memory: RunMemoryPlan

    /// Works out a run from what was given, and makes or opens its folder.
    ///
    /// What is wrong with the settings or the data, or would not fit into memory, is thrown before a folder is made.
    public init(given: [GivenSetting], on machine: Machine, files: any FileSystem = SystemFiles()) throws {
        let asked = try AskedRun(given: given, files: files)
        let preparation = try TrainingPreparation(asked.settings, on: machine, resuming: asked.point)
        self.preparation = preparation
        memory = try preparation.checkedMemoryPlan()
        record = try asked.folder(for: preparation.configuration, files: files).map {
            try RunRecord($0, preparation.configuration, from: asked.point?.saved)
        }
    }

    /// The run as it was asked for, and why it would be refused where it would not fit into memory. No folder is made.
    public static func memory(
        given: [GivenSetting], on machine: Machine, files: any FileSystem = SystemFiles()
    ) throws -> (preparation: TrainingPreparation, plan: RunMemoryPlan, refusal: MemoryRefusal?) {
        let asked = try AskedRun(given: given, files: files)
        let preparation = try TrainingPreparation(asked.settings, on: machine, resuming: asked.point)
        let plan = try preparation.memoryPlan()
        return (preparation, plan, preparation.refusal(of: plan))
    }

    /// The settings that would hold, with every gap filled.
    public static func configuration(
        given: [GivenSetting], on machine: Machine, files: any FileSystem = SystemFiles()
    ) throws -> TrainingConfiguration {
        try AskedRun(given: given, files: files).settings.resolved(on: machine)
    }
}

/// What was asked for: settings of a new run, or a run to go on with.
private struct AskedRun {
    let settings: TrainingConfiguration
    let point: ResumePoint?

    init(given: [GivenSetting], files: any FileSystem) throws {
        var asked = TrainingConfiguration()
        try asked.apply(given)
        guard let request = asked.resume else {
            (settings, point) = (asked, nil)
            return
        }
        let point = try ResumePoint(request, run: asked.runPath, runs: asked.runs, files: files)
        self.point = point
        settings = try TrainingConfiguration(resuming: point.configuration, from: point.origin, given: given)
    }

    /// The run's folder, made if it is a new one.
    func folder(for configuration: TrainingConfiguration, files: any FileSystem) throws -> RunFolder? {
        guard configuration.runFolder else { return nil }
        if let folder = point?.folder, configuration.runPath.map({ RunSearch.isSameFile($0, folder.path) }) ?? true {
            return folder
        }
        if let path = configuration.runPath { return try RunFolder.create(path, files: files) }
        return try RunFolder.create(
            in: configuration.runs, numbered: "\(configuration.model)-\(configuration.mode.rawValue)", files: files)
    }
}

extension TrainingConfiguration {
    /// The run's folder where it has a name of its own.
    fileprivate var runPath: String? {
        run.map { $0.contains("/") ? $0 : runs + "/" + $0 }
    }
}
