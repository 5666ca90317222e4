import KernelChoices
import Networks
import Parallelism
import Planning
public import Tensors

extension TrainingSession {
    /// The network's scores [count, K] for the first `count` of a batch of images [N, C, H, W]: what the loss judges, before
    /// any softmax; dropout does nothing. Images are row-major and stay until this returns; those beyond `count` may be anything.
    ///
    /// Throws `ExecutionError.notFinite` where a score is not finite, as `evaluate` does.
    public func scores(images: UnsafePointer<Float>, count: Int) async throws -> HostTensor {
        precondition(0...batchSize ~= count, "\(count) examples of a batch of \(batchSize)")
        let labels = UnsafeMutablePointer<Int32>.allocate(capacity: batchSize)
        defer { labels.deallocate() }
        // No example has a label, so none is evaluated.
        labels.initialize(repeating: -1, count: batchSize)
        let shape = inference.graph.type(inference.graph.scores).shape
        let arguments = StepArguments(step: 0, seed: seed, learningRate: 0)
        let batch = address(images, labels)
        let scores = try await collect([shape], .score(arguments, batch, count: count))[0]
        try await checkFiniteness(arguments, batch, count: count)
        return scores.block([0..<count, 0..<shape[1]])
    }

    /// Throws where the evaluation of the first `count` examples of a batch gave a loss or a score that is not finite.
    func checkFiniteness(_ arguments: StepArguments, _ batch: BatchAddress, count: Int) async throws {
        let example = shared.board.firstNonFinite.min() ?? .max
        guard example < count else { return }
        try await command(.search(.inference, arguments, batch, count: count))
        let value =
            shared.failures.takeFinding()
            ?? NonFiniteValue(
                device: 0, lane: 0, step: arguments.step, layer: "scores", place: .result(operation: "evaluation"))
        throw ExecutionError.notFinite(value.inEvaluation(example: example))
    }
}
