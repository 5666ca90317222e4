public import Tensors

/// Scales each channel of each example by a number of its own: y[n, c, …] = x[n, c, …] · g[n, c].
///
/// Inputs: x [N, C, …], g [N, C]. Output: like x. Cost: a multiplication an element.
///
/// Source: J. Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018, eq. 4.
public struct ChannelGate: DifferentiableOperation {
    public init() {}

    public var name: String { "channel gate" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        try expect(
            inputs[0].shape.rank >= 2 && Array(inputs[0].shape.dimensions.prefix(2)) == inputs[1].shape.dimensions,
            "a number for each channel of each example", inputs)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 2, outputs: 1)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil, nil] }
        let (x, gate) = (node.inputs[0], node.inputs[1])
        return [
            needed[0] ? try builder.add(ChannelGate(), [dy, gate], named: "∇\(node.layer).input")[0] : nil,
            needed[1] ? try builder.add(ChannelGateGradient(), [x, dy], named: "∇\(node.layer).gate")[0] : nil,
        ]
    }
}

/// The gradient of a channel gate's numbers, ∂g[n, c] = Σ x[n, c, …] · ∂y[n, c, …]. Inputs: x, ∂y [N, C, …]. Output: [N, C].
public struct ChannelGateGradient: Operation {
    package init() {}

    public var name: String { "channel gate gradient" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        return [.examples(Shape(Array(inputs[0].shape.dimensions.prefix(2))))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 2, outputs: 1)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 2 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}
