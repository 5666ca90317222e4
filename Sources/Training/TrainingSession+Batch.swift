public import Datasets
public import Sessions
public import Tensors

extension TrainingSession {
    /// Trains on a batch of a pipeline; `step` counts from 0 over the whole run. Release the batch afterwards.
    public func train(on batch: Batch, step: Int, learningRate: Float) async throws -> StepResult {
        let (images, labels) = Self.addresses(of: batch)
        return try await train(images: images, labels: labels, step: step, learningRate: learningRate)
    }

    /// Evaluates a batch of a pipeline after `step` steps; rows that hold no example do not count. Release the batch afterwards.
    public func evaluate(on batch: Batch, afterStep step: Int = 0) async throws -> StepResult {
        let (images, labels) = Self.addresses(of: batch)
        return try await evaluate(images: images, labels: labels, count: batch.exampleCount, afterStep: step)
    }

    /// The scores [n, K] of a batch's n examples. Release the batch afterwards.
    public func scores(of batch: Batch) async throws -> HostTensor {
        try await scores(images: Self.addresses(of: batch).images, count: batch.exampleCount)
    }

    private static func addresses(of batch: Batch) -> (images: UnsafePointer<Float>, labels: UnsafePointer<Int32>) {
        guard let images = batch.images.baseAddress, let labels = batch.labels.baseAddress else {
            preconditionFailure("a batch of no examples")
        }
        return (images, labels)
    }
}
