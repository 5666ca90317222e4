public import Tensors

/// Puts channels of zeros behind those that there are. Input: [N, C, …]. Output: [N, channels, …], channels at least C.
///
/// Source: K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, section 3.3, option A.
public struct ChannelPadding: DifferentiableOperation {
    /// Of the output.
    public let channels: Int

    public init(channels: Int) {
        self.channels = channels
    }

    public var name: String { "channel padding" }
    public var canBeFused: Bool { true }
    public var attributes: String { "to \(channels) channels" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        let x = inputs[0].shape
        try expect(x.rank >= 2 && x[1] <= channels, "at most \(channels) channels", inputs)
        return [inputs[0].with(x.replacing(axis: 1, with: channels))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        // Divided channels, padded, would not be a block of the result's channels.
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1, channels: false)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 0, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil] }
        let own = Slice(axis: 1, range: 0..<builder.type(node.inputs[0]).shape[1])
        return [try builder.add(own, [dy], named: "∇\(node.layer).input")[0]]
    }
}
