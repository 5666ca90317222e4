public import Tensors

/// What a micro-batch contributes to the mean of each channel over the batch of N examples, and its own squares around its own mean.
///
/// Input: x [N, C, …]. Outputs: Σ x / M [C], M being the batch's values of a channel; Σ (x − m)² / (M − 1) [C], m being the micro-batch's
/// mean; and n / N [1], n being its examples.
public struct BatchMoments: Operation, Hashable {
    /// N, the *global* batch.
    public let batchSize: Int

    public init(batchSize: Int) {
        self.batchSize = batchSize
    }

    public var name: String { "batch moments" }
    public var canBeFused: Bool { true }
    public var mixesExamples: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        let x = inputs[0].shape
        try expect(x.rank >= 2, "at least two axes [N, C, …]", inputs)
        try expect(x.elementCount > x[1], "at least two values of each channel in a batch, as one has no variance", inputs)
        return [.channels(x[1]), .channels(x[1]), TensorType([1], axes: [.element])]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        NormalizationTail.rules(inputs[0], ["x"], to: ["s", "s", "n"])
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 3 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}

/// What a micro-batch contributes to the unbiased variance of each channel over the batch: its squares around the batch's mean, from those
/// around its own.
///
/// Inputs: the three outputs of `BatchMoments`, and the mean [C] of the whole batch. Output: Σ (x − mean)² / (M − 1) [C].
///
/// Source: T. Chan, G. Golub and R. LeVeque, "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances", 1979.
public struct BatchVariance: Operation, Hashable {
    /// M, of each channel in the *global* batch.
    public let valuesPerChannel: Int

    public init(valuesPerChannel: Int) {
        self.valuesPerChannel = valuesPerChannel
    }

    public var name: String { "batch variance" }
    public var canBeFused: Bool { true }
    public var mixesExamples: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 4...4)
        try expect(
            inputs[1] == inputs[0] && inputs[3] == inputs[0] && inputs[2].shape == [1], "means and squares of the same channels",
            inputs)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        let channels = [PlacementRule.Sharding.channels, .outputChannels].map {
            PlacementRule($0, [.split(0), .split(0), .replicated, .split(0)], to: [.split(0)])
        }
        return [PlacementRule(.batch, [.partial, .partial, .partial, .replicated], to: [.partial])] + channels + [
            PlacementRule(.nothing, inputs.map { _ in .replicated }, to: [.replicated])
        ]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 5 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}
