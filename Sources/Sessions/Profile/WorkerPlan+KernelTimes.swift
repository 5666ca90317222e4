import Devices
import KernelChoices
import Kernels

extension WorkerPlan {
    /// Takes a step in which every kernel runs once and then `repetitions` times on the clock, alone on its memory, which is
    /// warm. Returns the median of each in nanoseconds, 0 for what is no kernel of this worker's own.
    ///
    /// The items keep their order, so that every kernel finds what it needs: labels that are labels, workspaces that are. What
    /// kernels compute in place they compute again of their own result, so the step's outcome and the parameters are worthless.
    func timeKernels(
        _ step: StepArguments, batch: BatchAddress, transport: any Transport, repetitions: Int
    ) async throws -> [UInt64] {
        let timer = KernelTimer(step, now: monotonicNanoseconds)
        var medians = [UInt64](repeating: 0, count: items.count)
        for (index, item) in items.enumerated() {
            switch item.work {
            case .load(let kernel): kernel.run(batch)
            case .exchange(let kernel): try kernel.run(step)
            case .wait(let wait): try await transport.meet(worker, signals: wait.signals, needs: wait.needs)
            case .compute(let kernel): medians[index] = try timer.medianNanoseconds(kernel, runs: repetitions)
            }
        }
        return medians
    }
}
