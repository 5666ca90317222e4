import Networks
import Parallelism
public import Tensors

extension TrainingSession {
    /// The network's scores [count, K] for the first `count` of a batch of pictures [N, C, H, W]: what the loss judges, before
    /// any softmax; dropout does nothing. Pictures are row-major and stay until this returns; those beyond `count` may be anything.
    public func scores(images: UnsafePointer<Float>, count: Int) async throws -> HostTensor {
        precondition(0...batchSize ~= count, "\(count) examples of a batch of \(batchSize)")
        let labels = UnsafeMutablePointer<Int32>.allocate(capacity: batchSize)
        defer { labels.deallocate() }
        // No example has a label, so none is judged.
        labels.initialize(repeating: -1, count: batchSize)
        let shape = inference.graph.type(inference.graph.scores).shape
        let arguments = StepArguments(step: 0, seed: seed, learningRate: 0)
        let scores = try await collect([shape], .score(arguments, Self.address(images, labels)))[0]
        return scores.block([0..<count, 0..<shape[1]])
    }
}
