import Checkpoints
import Configuration
import Foundation
import Topology
import Training

/// A folder for the runs of one test, removed with the value, and runs small enough for a test in it.
final class RunFixture {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("partrain-runs-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// LeNet-5 on four outlines: epochs of 12 steps, 3 validation batches.
    static let small = [
        "model": "lenet5", "data": "synthetic:classes=4,train=192,val=40,difficulty=easy", "batch-size": "16",
        "learning-rate": "0.05",
    ]

    /// What came of a run.
    struct Outcome {
        var finished: FinishedReport?
        var stopped: StoppedReport?
        var events: [TrainingEvent] = []
        var folder: String?

        /// What must be the same, however often a run was interrupted.
        var result: [String] {
            guard let finished else { return [] }
            return [finished.weightsSHA256, "\(finished.steps)", "\(finished.training)", "\(finished.validation as Any)"]
        }
    }

    /// Runs with `settings`; `stopWhen` asks it to stop when it is true of an event.
    func run(
        _ settings: [String: String], files: any FileSystem = SystemFiles(), stopWhen: (TrainingEvent) -> Bool = { _ in false }
    ) async throws -> Outcome {
        var outcome = Outcome()
        let stop = StopRequest()
        let run = try prepare(settings, files: files)
        outcome.folder = run.record?.path
        do {
            outcome.finished = try await Trainer(run, stop: stop).run { event in
                outcome.events.append(event)
                if case .stopped(let report) = event { outcome.stopped = report }
                if stopWhen(event) { stop.request() }
            }
        } catch TrainingError.stopped {}
        return outcome
    }

    func prepare(_ settings: [String: String], files: any FileSystem = SystemFiles()) throws -> PreparedRun {
        try PreparedRun(given: Self.given(settings, runs: path), on: Machine.discover(), files: files)
    }

    static func given(_ settings: [String: String], runs: String) -> [GivenSetting] {
        settings.merging(["runs": runs]) { first, _ in first }.sorted { $0.key < $1.key }.map {
            GivenSetting(flag: $0.key, $0.value)
        }
    }

    /// A new run.
    func begin(_ settings: [String: String], stopWhen: (TrainingEvent) -> Bool = { _ in false }) async throws -> Outcome {
        try await run(Self.small.merging(settings) { $1 }, stopWhen: stopWhen)
    }

    func resume(_ settings: [String: String] = [:], stopWhen: (TrainingEvent) -> Bool = { _ in false }) async throws -> Outcome {
        try await run(["resume": "auto"].merging(settings) { $1 }, stopWhen: stopWhen)
    }

    func text(_ name: String) throws -> String { try String(contentsOfFile: path + "/" + name, encoding: .utf8) }
}

extension TrainingEvent {
    /// Whether this is the end of step `step`.
    func isStep(_ step: Int) -> Bool {
        if case .progress(let report) = self { report.step == step } else { false }
    }
}
