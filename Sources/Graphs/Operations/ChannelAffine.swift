public import Tensors

/// Scales and shifts each channel: y = coefficient[c] · s · x + bias[c], s a constant; behind a mean of four, with s = 4, LeNet-5's
/// trainable subsampling. Inputs: x [N, C, …], coefficient [C], bias [C]. Output: like x.
///
/// Source: Y. LeCun et al., "Gradient-Based Learning Applied to Document Recognition", 1998, section II.B, layer S2.
public struct ChannelAffine: DifferentiableOperation {
    /// s: what x is multiplied by beside the coefficient.
    public let inputScale: Float

    public init(inputScale: Float = 1) {
        self.inputScale = inputScale
    }

    public var name: String { "channel affine" }
    public var canBeFused: Bool { true }
    public var attributes: String { inputScale == 1 ? "" : "of \(inputScale) · x" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 3...3)
        try expect(inputs[0].shape.rank >= 2, "at least two axes [N, C]", inputs)
        let channels: Shape = [inputs[0].shape[1]]
        try expect(
            inputs[1].shape == channels && inputs[2].shape == channels, "a coefficient and a bias for each channel", inputs)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0), .replicated, .replicated], to: [.split(0)]),
            PlacementRule(.channels, [.split(1), .split(0), .split(0)], to: [.split(1)]),
            PlacementRule(.nothing, [.replicated, .replicated, .replicated], to: [.replicated]),
        ]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 2 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil, nil, nil] }
        var gradients: [ValueID?] = [nil, nil, nil]
        if needed[1] || needed[2] {
            let outputs = try builder.add(
                ChannelAffineParameterGradient(inputScale: inputScale), [node.inputs[0], dy], named: "∇\(node.layer).weight")
            gradients[1] = outputs[0]
            gradients[2] = outputs[1]
        }
        if needed[0] {
            gradients[0] = try builder.add(
                ChannelScaling(inputScale: inputScale), [dy, node.inputs[1]], named: "∇\(node.layer).input")[0]
        }
        return gradients
    }
}

/// Scales each channel, coefficient[c] · s · x: the gradient of a channel affine's input. Inputs: x [N, C, …], coefficient [C].
/// Output: like x.
public struct ChannelScaling: Operation {
    public let inputScale: Float

    package init(inputScale: Float = 1) {
        self.inputScale = inputScale
    }

    public var name: String { "channel scaling" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        BiasAddition().placementRules(inputs: inputs, outputs: outputs, parts: parts)
    }
}

/// The gradients of a channel affine's coefficient (s · Σ x·∂y) and bias (Σ ∂y). Inputs: x, ∂y [N, C, …]. Outputs: [C], [C].
public struct ChannelAffineParameterGradient: Operation {
    public let inputScale: Float

    package init(inputScale: Float = 1) {
        self.inputScale = inputScale
    }

    public var name: String { "channel affine parameter gradient" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        return [.channels(inputs[0].shape[1]), .channels(inputs[0].shape[1])]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0), .split(0)], to: [.partial, .partial]),
            PlacementRule(.channels, [.split(1), .split(1)], to: [.split(0), .split(0)]),
            PlacementRule(.nothing, [.replicated, .replicated], to: [.replicated, .replicated]),
        ]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 3 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}
