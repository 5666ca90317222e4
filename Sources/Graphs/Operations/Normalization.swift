public import Tensors

/// Normalises each channel by given statistics: y = (x − mean) / √(variance + ε) · scale + shift; then adds a shortcut and applies a
/// ReLU, where the tail says so. What batch normalisation is in inference, and where its statistics are frozen.
///
/// Inputs: x [N, C, …], scale, shift, mean, variance [C], shortcut like x. Output: like x.
public struct Normalization: DifferentiableOperation, Hashable {
    /// ε
    public let epsilon: Float
    public let tail: NormalizationTail

    public init(epsilon: Float = 1e-5, tail: NormalizationTail = NormalizationTail()) {
        self.epsilon = epsilon
        self.tail = tail
    }

    public var name: String { "normalization" }
    public var attributes: String { tail.description }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: tail.addsShortcut ? 6...6 : 5...5)
        try tail.expectNormalizable(inputs, parameters: 1...4, of: self)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        NormalizationTail.rules(inputs[0], ["x", "c", "c", "c", "c"] + (tail.addsShortcut ? ["x"] : []), to: ["x"])
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 3 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return node.inputs.map { _ in nil } }
        let inputs = [dy, node.inputs[0], node.inputs[1], node.inputs[3], node.inputs[4]]
        let outputs = try builder.add(
            NormalizationGradient(of: self), inputs + (tail.rectifies ? [node.outputs[0]] : []), named: "∇\(node.layer).input")
        return [outputs[0], outputs[1], outputs[2], nil, nil] + (tail.addsShortcut ? [tail.rectifies ? outputs[3] : dy] : [])
    }
}

/// The gradients of a normalisation by given statistics: with ∂z the gradient behind the ReLU, ∂x = ∂z · scale / √(variance + ε),
/// ∂scale = Σ ∂z · (x − mean) / √(variance + ε), ∂shift = Σ ∂z.
///
/// Inputs: ∂y, x [N, C, …], scale, mean, variance [C], and y behind a ReLU. Outputs: ∂x, ∂scale, ∂shift, and ∂z behind a shortcut and a
/// ReLU.
public struct NormalizationGradient: Operation {
    public let forward: Normalization

    package init(of forward: Normalization) {
        self.forward = forward
    }

    public var name: String { "normalization gradient" }
    public var attributes: String { forward.attributes }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: forward.tail.rectifies ? 6...6 : 5...5)
        return [inputs[0], inputs[2], inputs[2]] + (forward.tail.givesShortcutGradient ? [inputs[0]] : [])
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        NormalizationTail.rules(
            inputs[0], ["x", "x", "c", "c", "c"] + (forward.tail.rectifies ? ["x"] : []),
            to: ["x", "s", "s"] + (forward.tail.givesShortcutGradient ? ["x"] : []))
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 6 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}
