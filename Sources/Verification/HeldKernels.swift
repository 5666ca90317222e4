import Configuration
import KernelChoices
import Training

/// The kernels of a verification: chosen as a run of training would choose them, and then held, so that all cases compute the same
/// shapes by the same kernels.
final class HeldKernels {
    private let cache = KernelCache()
    private(set) var decisions: [KernelDecision] = []
    private(set) var warnings: [String] = []
    private var table = KernelTable()

    func selection(_ configuration: TrainingConfiguration) -> KernelSelection {
        configuration.kernelSelection(cache: cache, saved: table)
    }

    /// Adds what a session has chosen that none before it had to.
    func hold(_ chosen: [KernelDecision]) {
        let new = chosen.filter { table.entries[$0.key] == nil }
        guard !new.isEmpty else { return }
        let report = KernelsReport(new, keptIn: cache)
        decisions += new
        for warning in report.warnings where !warnings.contains(warning) { warnings.append(warning) }
        table.entries.merge(KernelTable(new).entries) { held, _ in held }
    }

    var report: KernelsReport { KernelsReport(decisions, warnings: warnings) }
}
