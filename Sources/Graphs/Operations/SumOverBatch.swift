public import Tensors

/// The sum over all micro-batches of what each of them contributes: the same tensor, whole, in every one. Of a graph's whole batch it
/// is the input itself. All micro-batches come to it before any goes on: a segment of the schedule ends there.
///
/// Input: a sum over examples, such as a statistic [C]. Output: the same.
public struct SumOverBatch: Operation, Hashable {
    public init() {}

    public var name: String { "sum over the batch" }
    public var mixesExamples: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        try expect(!inputs[0].hasExamples, "a sum over the examples, without an axis of them", inputs)
        return inputs
    }

    /// What is partial along an axis is replicated behind it: the exchange is the operation.
    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        let channels: [PlacementRule] = inputs[0].axes.enumerated().flatMap { dimension, axis in
            [.channel, .outputChannel].contains(axis)
                ? [PlacementRule.Sharding.channels, .outputChannels].map {
                    PlacementRule($0, [.split(dimension)], to: [.split(dimension)])
                } : []
        }
        return [PlacementRule(.batch, [.partial], to: [.replicated])] + channels
            + [PlacementRule(.nothing, [.replicated], to: [.replicated])]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 0, inputs: inputs, outputs: outputs)
    }
}
