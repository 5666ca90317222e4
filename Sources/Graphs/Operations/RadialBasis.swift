public import Tensors

/// Euclidean radial basis functions as scores: y[n, k] = −Σ (x[n, c] − center[k, c])². The nearer a class's center, the
/// higher its score. The centers are fixed.
///
/// Inputs: x [N, C], centers [K, C]. Output: [N, K].
///
/// Source: Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, eq. 7 (with its sign turned).
public struct RadialBasis: DifferentiableOperation {
    public init() {}

    public var name: String { "radial basis functions" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        try expect(
            inputs[0].shape.rank == 2 && inputs[1].shape.rank == 2 && inputs[0].shape[1] == inputs[1].shape[1],
            "vectors [N, C] and centers [K, C]", inputs)
        return [inputs[0].with([inputs[0].shape[0], inputs[1].shape[0]])]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0), .replicated], to: [.split(0)]),
            PlacementRule(.nothing, [.replicated, .replicated], to: [.replicated]),
        ]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(
            floatingPointOperations: saturatingProduct(3, outputs[0].shape.elementCount, inputs[0].shape[1]), inputs: inputs,
            outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard !needed[1] else { throw .notDifferentiable(operation: "\(name) with trainable centers") }
        guard let dy = outputGradients[0] else { return [nil, nil] }
        return [
            try builder.add(RadialBasisGradient(), [dy, node.inputs[0], node.inputs[1]], named: "∇\(node.layer).input")[0], nil,
        ]
    }
}

/// The gradient of radial basis functions: ∂x[n] = −2·Σₖ ∂y[n, k]·(x[n] − center[k]).
/// Inputs: ∂y [N, K], x [N, C], centers [K, C]. Output: [N, C].
public struct RadialBasisGradient: Operation {
    package init() {}

    public var name: String { "radial basis functions gradient" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 3...3)
        return [inputs[1]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0), .split(0), .replicated], to: [.split(0)]),
            PlacementRule(.nothing, [.replicated, .replicated, .replicated], to: [.replicated]),
        ]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(
            floatingPointOperations: saturatingProduct(3, inputs[0].shape.elementCount, inputs[1].shape[1]), inputs: inputs,
            outputs: outputs)
    }
}
