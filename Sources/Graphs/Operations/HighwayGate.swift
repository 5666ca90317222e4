public import Tensors

/// Mixes two tensors, element by element: y = t·h + (1 − t)·x. Inputs: t, h, x, all of one shape. Output: like them.
///
/// Source: R. K. Srivastava et al., "Training Very Deep Networks", NIPS 2015, eq. 3.
public struct HighwayGate: DifferentiableOperation {
    public init() {}

    public var name: String { "highway gate" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 3...3)
        try expect(inputs[1] == inputs[0] && inputs[2] == inputs[0], "three tensors of one shape", inputs)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 3, outputs: 1)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 3 * outputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil, nil, nil] }
        let gradients = try builder.add(HighwayGateGradient(), [dy] + node.inputs, named: "∇\(node.layer).input")
        return zip(gradients, needed).map { $1 ? $0 : nil }
    }
}

/// The gradients of a highway gate: ∂t = ∂y·(h − x), ∂h = ∂y·t, ∂x = ∂y·(1 − t). Inputs: ∂y, t, h, x. Outputs: ∂t, ∂h, ∂x.
public struct HighwayGateGradient: Operation {
    package init() {}

    public var name: String { "highway gate gradient" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 4...4)
        return Array(inputs.dropFirst())
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 4, outputs: 3)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 5 * outputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}
