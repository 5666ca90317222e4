import KernelChoices

/// Computes losses and looks at them at once: where one is not finite, the step ends before any worker updates a parameter.
final class LossCheckKernel: Kernel {
    private let kernel: any Kernel
    private let losses: UnsafePointer<Float>
    private let count: Int

    /// - Parameters:
    ///   - kernel: writes the losses.
    ///   - count: the examples of the worker's block.
    init(_ kernel: any Kernel, losses: UnsafePointer<Float>, count: Int) {
        self.kernel = kernel
        self.losses = losses
        self.count = count
    }

    func run(_ step: StepArguments) throws {
        try kernel.run(step)
        guard losses.areFinite(count: count) else { throw NotFinite() }
    }
}
