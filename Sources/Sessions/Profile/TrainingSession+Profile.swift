import KernelChoices
package import Planning

extension TrainingSession {
    /// Every worker's training step, item by item, in the order in which its lane's recorder notes them.
    package var itemSummaries: [[ItemSummary]] { shared.profile.items }

    /// How long each item's kernel takes alone, nanoseconds, by worker: see `WorkerPlan.timeKernels`. The parameters are worthless
    /// afterwards.
    package func kernelNanoseconds(
        images: UnsafePointer<Float>, labels: UnsafePointer<Int32>, repetitions: Int
    ) async throws -> [[UInt64]] {
        let arguments = StepArguments(step: 0, seed: seed, learningRate: 0)
        try await command(.timeKernels(arguments, address(images, labels), repetitions: repetitions))
        return shared.profile.kernelNanoseconds
    }
}
