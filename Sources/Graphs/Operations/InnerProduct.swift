public import Tensors

/// The dense layer's product: y = x · weightᵀ + bias.
///
/// Inputs: x [N, C], weight [K, C], bias [K] (optional). Output: [N, K]. Cost: 2·N·K·C floating-point operations.
public struct InnerProduct: DifferentiableOperation {
    public init() {}

    public var name: String { "inner product" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...3)
        let x = inputs[0].shape
        let weight = inputs[1].shape
        try expect(x.rank == 2, "vectors [N, C]; flatten images first", inputs)
        try expect(weight.rank == 2 && weight[1] == x[1], "a weight for \(x.dimensions.last ?? 0) inputs", inputs)
        if inputs.count == 3 { try expect(inputs[2].shape == [weight[0]], "a bias for \(weight[0]) outputs", inputs) }
        return [inputs[0].with([x[0], weight[0]])]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        let hasBias = inputs.count == 3
        func rule(_ sharding: PlacementRule.Sharding, _ x: Placement, _ weight: Placement, to y: Placement) -> PlacementRule {
            PlacementRule(sharding, [x, weight] + (hasBias ? [weight] : []), to: [y])
        }
        return [rule(.batch, .split(0), .replicated, to: .split(0))]
            + (inputs[1].shape[0] % parts == 0 ? [rule(.outputChannels, .replicated, .split(0), to: .split(1))] : [])
            + [rule(.nothing, .replicated, .replicated, to: .replicated)]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        innerProductCost(n: inputs[0].shape[0], weight: inputs[1].shape, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return node.inputs.map { _ in nil } }
        var gradients: [ValueID?] = node.inputs.map { _ in nil }
        if needed.dropFirst().contains(true) {
            let operation = InnerProductWeightGradient(hasBias: node.inputs.count == 3)
            let outputs = try builder.add(operation, [node.inputs[0], dy], named: "∇\(node.layer).weight")
            for (index, output) in outputs.enumerated() { gradients[index + 1] = output }
        }
        if needed[0] {
            gradients[0] = try builder.add(
                InnerProductDataGradient(), [dy, node.inputs[1]], named: "∇\(node.layer).input")[0]
        }
        return gradients
    }
}

/// The gradient of a dense layer's input. Inputs: ∂y [N, K], weight [K, C]. Output: ∂x [N, C].
public struct InnerProductDataGradient: Operation {
    public var name: String { "inner product data gradient" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        return [inputs[0].with([inputs[0].shape[0], inputs[1].shape[1]])]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [PlacementRule(.batch, [.split(0), .replicated], to: [.split(0)])]
            + (inputs[1].shape[0] % parts == 0
                ? [PlacementRule(.outputChannels, [.split(1), .split(0)], to: [.partial])] : [])
            + [PlacementRule(.nothing, [.replicated, .replicated], to: [.replicated])]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        innerProductCost(n: inputs[0].shape[0], weight: inputs[1].shape, inputs: inputs, outputs: outputs)
    }
}

/// The gradients of a dense layer's weight and bias.
/// Inputs: x [N, C], ∂y [N, K]. Outputs: ∂weight [K, C], and ∂bias [K] if there is one.
public struct InnerProductWeightGradient: Operation {
    public let hasBias: Bool

    public var name: String { "inner product weight gradient" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        let outputs = inputs[1].shape[1]
        return [.weight([outputs, inputs[0].shape[1]])] + (hasBias ? [.channels(outputs)] : [])
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        func rule(_ sharding: PlacementRule.Sharding, _ x: Placement, _ dy: Placement, to weight: Placement) -> PlacementRule {
            PlacementRule(sharding, [x, dy], to: Array(repeating: weight, count: outputs.count))
        }
        return [rule(.batch, .split(0), .split(0), to: .partial)]
            + (inputs[1].shape[1] % parts == 0 ? [rule(.outputChannels, .replicated, .split(1), to: .split(0))] : [])
            + [rule(.nothing, .replicated, .replicated, to: .replicated)]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        innerProductCost(n: inputs[0].shape[0], weight: outputs[0].shape, inputs: inputs, outputs: outputs)
    }
}

private func innerProductCost(n: Int, weight: Shape, inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
    OperationCost(floatingPointOperations: saturatingProduct(2, n, weight.elementCount), inputs: inputs, outputs: outputs)
}
