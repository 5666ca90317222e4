public import Tensors

/// Normalises each channel by statistics that come in: y = (x − mean) / √(variance + ε) · scale + shift; then adds a shortcut and applies a
/// ReLU, where the tail says so. What batch normalisation is in inference, where its statistics are frozen, and behind `BatchMoments` and
/// `BatchVariance`.
///
/// Inputs: x [N, C, …], scale, shift, mean, variance [C], shortcut like x. Output: like x.
public struct Normalization: DifferentiableOperation, Hashable {
    /// ε
    public let epsilon: Float
    public let tail: NormalizationTail
    /// Where the statistics are those of the batch that is normalised: M, its values of a channel. The variance is then the unbiased one, x is
    /// normalised by the biased one, and the gradient goes through both statistics. Nil where they are given from elsewhere.
    public let valuesPerChannel: Int?

    public init(epsilon: Float = 1e-5, tail: NormalizationTail = NormalizationTail(), valuesPerChannel: Int? = nil) {
        self.epsilon = epsilon
        self.tail = tail
        self.valuesPerChannel = valuesPerChannel
    }

    /// By what the variance is multiplied.
    package var varianceFactor: Double { valuesPerChannel.map { Double($0 - 1) / Double($0) } ?? 1 }

    public var name: String { "normalization" }
    public var canBeFused: Bool { true }
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
        guard valuesPerChannel == nil else { return try gradientThroughStatistics(of: node, dy, needed, in: &builder) }
        let inputs = [dy, node.inputs[0], node.inputs[1], node.inputs[3], node.inputs[4]]
        let outputs = try builder.add(
            NormalizationGradient(of: self), inputs + (tail.rectifies ? [node.outputs[0]] : []), named: "∇\(node.layer).input")
        return [outputs[0], outputs[1], outputs[2], nil, nil] + (tail.addsShortcut ? [tail.rectifies ? outputs[3] : dy] : [])
    }

    /// What x has an influence on by way of the statistics is part of ∂x: their own gradients are not asked for.
    private func gradientThroughStatistics(
        of node: Node, _ dy: ValueID, _ needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        let (x, scale, mean, variance) = (node.inputs[0], node.inputs[1], node.inputs[3], node.inputs[4])
        let y = tail.rectifies ? [node.outputs[0]] : []
        let parts = try builder.add(
            NormalizationGradientSums(of: self), [dy, x, mean, variance] + y, named: "∇\(node.layer).scale")
        guard needed[0] || tail.givesShortcutGradient && needed[5] else {
            return [nil, parts[0], parts[1], nil, nil] + (tail.addsShortcut ? [dy] : [])
        }
        var sums: [ValueID] = []
        for part in parts { sums += try builder.add(SumOverBatch(), [part], named: "Σ\(builder.graph.value(part).name)") }
        let outputs = try builder.add(
            SynchronizedNormalizationGradient(of: self), [dy, x, scale, mean, variance] + sums + y, named: "∇\(node.layer).input")
        return [outputs[0], parts[0], parts[1], nil, nil] + (tail.addsShortcut ? [tail.rectifies ? outputs[1] : dy] : [])
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
    public var canBeFused: Bool { true }
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
