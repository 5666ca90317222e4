import Checkpoints
import Configuration
import Parallelism

extension TrainingConfiguration {
    /// In what a run that goes on with these settings will not be the run that it would have been.
    func departures(from point: ResumePoint) -> [String] {
        let before = point.configuration
        var found = point.rejected.map { "passed over: \($0)" }
        if microBatches != before.microBatches {
            found.append(
                "the run began with \(before.microBatches ?? 1) micro-batches and goes on with \(microBatches ?? 1): the last bits of its weights will "
                    + "not be those of the undisturbed run")
        }
        let keepsSumsWhole = [mode, before.mode].allSatisfy { $0 == .single || $0 == .data }
        if !keepsSumsWhole && (mode, devices ?? 1) != (before.mode, before.devices ?? 1) {
            found.append(
                "the run goes on in mode \(mode.rawValue) on \(devices ?? 1) devices, after mode \(before.mode.rawValue) on "
                    + "\(before.devices ?? 1): sums are taken in another order, and the last bits of its weights will differ")
        }
        if duration != before.duration && schedule == .cosine {
            found.append("the run's length has changed, and from here on its learning rate follows the new one")
        }
        return found
    }
}
