public import Tensors

/// Takes channels by a list of indices, which may repeat: y[:, j] = x[:, indices[j]]. With grouped convolutions behind it,
/// the connection table between LeNet-5's S2 and C3.
///
/// Input: [N, C, …]. Output: [N, indices.count, …].
public struct ChannelSelection: DifferentiableOperation {
    public let indices: [Int]

    public init(indices: [Int]) {
        self.indices = indices
    }

    public var name: String { "channel selection" }
    public var canBeFused: Bool { true }
    public var attributes: String { "\(indices.count) channels" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        let shape = inputs[0].shape
        try expect(
            shape.rank >= 2 && indices.allSatisfy { 0..<shape[1] ~= $0 }, "channels up to \(indices.max() ?? 0)", inputs)
        return [inputs[0].with(shape.replacing(axis: 1, with: indices.count))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1, channels: false)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 0, inputs: outputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil] }
        if let inverse = inverse(channels: builder.type(node.inputs[0]).shape[1]) {
            return [try builder.add(ChannelSelection(indices: inverse), [dy], named: "∇\(node.layer).input")[0]]
        }
        let operation = ChannelSelectionGradient(indices: indices, channels: builder.type(node.inputs[0]).shape[1])
        return [try builder.add(operation, [dy], named: "∇\(node.layer).input")[0]]
    }

    /// The selection that puts `channels` channels back, where each of them is taken once: what is shuffled is shuffled back.
    private func inverse(channels: Int) -> [Int]? {
        guard indices.count == channels, Set(indices).count == channels else { return nil }
        return indices.indices.sorted { indices[$0] < indices[$1] }
    }
}

/// The gradient of a channel selection: each channel gets the sum over its appearances, in their order.
/// Input: ∂y [N, indices.count, …]. Output: ∂x [N, C, …].
public struct ChannelSelectionGradient: Operation {
    public let indices: [Int]
    /// C
    public let channels: Int

    package init(indices: [Int], channels: Int) {
        self.indices = indices
        self.channels = channels
    }

    public var name: String { "channel selection gradient" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        return [inputs[0].with(inputs[0].shape.replacing(axis: 1, with: channels))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1, channels: false)
    }
}
