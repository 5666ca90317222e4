import Checkpoints
import Configuration
import Devices
import KernelChoices
import Sessions

/// When a run saved itself last, and where it was then.
struct LastSave {
    var state: RunState?
    var began = monotonicNanoseconds()
}

extension TrainingLoop {
    /// In an epoch that takes long, what is lost at most where nothing else is asked for, nanoseconds: ten minutes.
    private static let interval: UInt64 = 600_000_000_000

    /// Whether a checkpoint is due at this step, be it the best or not.
    var isSaveDue: Bool {
        guard record != nil else { return false }
        if state.step == plan.totalSteps { return true }
        guard let every = configuration.saveEvery else {
            return state.evaluatedStep == state.step || monotonicNanoseconds() - lastSave.began >= Self.interval
        }
        return every > 0 && state.step % every == 0
    }

    /// Saves the run as it is, unless it is saved already.
    mutating func save(isBest: Bool, _ report: (TrainingEvent) throws -> Void) async throws {
        guard let record, isBest || lastSave.state != state else { return }
        let began = monotonicNanoseconds()
        let saved = try record.save(
            RunSnapshot(
                configuration: configuration, plan: plan, learnt: input.learnt, state: state,
                toldStep: isEpochOver ? state.step - 1 : state.step,
                session: session, kernels: KernelTable(session.kernelDecisions)))
        let now = monotonicNanoseconds()
        lastSave = LastSave(state: state, began: now)
        pace.noteSave(nanoseconds: now - began)
        try report(
            .saved(
                SavedReport(
                    path: saved.file.path, step: state.step, isBest: isBest, seconds: Double(now - began) / 1e9,
                    warnings: saved.warnings.map(\.description))))
    }

    /// Saves the run as of its last whole step, and ends it.
    mutating func saveAndStop(_ report: (TrainingEvent) throws -> Void) async throws -> Never {
        try await save(isBest: false, report)
        let path = record?.lastCheckpoint
        try report(.stopped(StoppedReport(step: state.step, totalSteps: plan.totalSteps, checkpoint: path)))
        throw TrainingError.stopped(step: state.step, totalSteps: plan.totalSteps, checkpoint: path)
    }
}
