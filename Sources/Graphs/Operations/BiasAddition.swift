public import Tensors

/// Adds one number per channel. Inputs: x [N, C, …], bias [C]. Output: like x.
///
/// Convolutions and dense layers take their bias themselves; this is for a bias that stands alone.
public struct BiasAddition: DifferentiableOperation {
    public init() {}

    public var name: String { "bias" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        try expect(inputs[0].shape.rank >= 2 && inputs[1].shape == [inputs[0].shape[1]], "one bias for each channel", inputs)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0), .replicated], to: [.split(0)]),
            PlacementRule(.channels, [.split(1), .split(0)], to: [.split(1)]),
            PlacementRule(.nothing, [.replicated, .replicated], to: [.replicated]),
        ]
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil, nil] }
        let bias = needed[1] ? try builder.add(BiasGradient(), [dy], named: "∇\(node.layer).bias")[0] : nil
        return [dy, bias]
    }
}

/// The gradient of a bias: the sum over everything but the channel. Input: ∂y [N, C, …]. Output: [C].
public struct BiasGradient: Operation {
    package init() {}

    public var name: String { "bias gradient" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        return [.channels(inputs[0].shape[1])]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0)], to: [.partial]),
            PlacementRule(.channels, [.split(1)], to: [.split(0)]),
            PlacementRule(.nothing, [.replicated], to: [.replicated]),
        ]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}
