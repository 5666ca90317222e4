public import Tensors

/// Normalises each channel by the mean and the variance of the micro-batch: y = (x − mean) / √(variance + ε) · scale + shift; then adds
/// a shortcut and applies a ReLU, where the tail says so.
///
/// Inputs: x [N, C, …], scale [C], shift [C], shortcut like x. Outputs: y like x; the micro-batch's mean [C], its unbiased variance [C],
/// and one [1], each times n / N, n being its examples: their sums over the micro-batches are what running statistics follow, and each
/// is what the gradient needs.
///
/// A micro-batch with one value in a channel has no variance: there is no kernel for it.
///
/// Source: S. Ioffe and C. Szegedy, "Batch Normalization", ICML 2015, algorithm 1.
public struct BatchNormalization: DifferentiableOperation, Hashable {
    /// N, the *global* batch.
    public let batchSize: Int
    /// ε
    public let epsilon: Float
    public let tail: NormalizationTail

    public init(batchSize: Int, epsilon: Float = 1e-5, tail: NormalizationTail = NormalizationTail()) {
        self.batchSize = batchSize
        self.epsilon = epsilon
        self.tail = tail
    }

    public var name: String { "batch normalization" }
    public var canBeFused: Bool { true }
    public var attributes: String { tail.description }
    public var mixesExamples: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: tail.addsShortcut ? 4...4 : 3...3)
        try tail.expectNormalizable(inputs, parameters: 1...2, of: self)
        let x = inputs[0].shape
        try expect(
            x.elementCount > x[1], "at least two values of each channel in a batch, as one has no variance",
            Array(inputs.prefix(1)))
        return [inputs[0], inputs[1], inputs[1], TensorType([1], axes: [.element])]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        NormalizationTail.rules(
            inputs[0], ["x", "c", "c"] + (tail.addsShortcut ? ["x"] : []), to: ["x", "s", "s", "n"])
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 7 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return node.inputs.map { _ in nil } }
        let operation = BatchNormalizationGradient(of: self)
        let inputs = [dy, node.inputs[0], node.inputs[1], node.outputs[1], node.outputs[2]]
        let outputs = try builder.add(
            operation, inputs + (tail.rectifies ? [node.outputs[0]] : []), named: "∇\(node.layer).input")
        return [outputs[0], outputs[1], outputs[2]] + (tail.addsShortcut ? [tail.rectifies ? outputs[3] : dy] : [])
    }
}

/// The gradients of batch normalisation. With ∂z the gradient behind the ReLU, x̂ = (x − mean) / √(variance + ε), and means over the
/// micro-batch, ∂x = scale / √(variance + ε) · (∂z − mean(∂z) − x̂ · mean(∂z · x̂)), ∂scale = Σ ∂z · x̂, ∂shift = Σ ∂z.
///
/// Inputs: ∂y, x [N, C, …], scale [C], the mean and the unbiased variance [C] as the forward operation gives them, and y behind a ReLU.
/// Outputs: ∂x, ∂scale, ∂shift, and ∂z behind a shortcut and a ReLU.
public struct BatchNormalizationGradient: Operation {
    public let forward: BatchNormalization

    package init(of forward: BatchNormalization) {
        self.forward = forward
    }

    public var name: String { "batch normalization gradient" }
    public var canBeFused: Bool { true }
    public var attributes: String { forward.attributes }
    public var mixesExamples: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: forward.tail.rectifies ? 6...6 : 5...5)
        return [inputs[0], inputs[2], inputs[2]] + (forward.tail.givesShortcutGradient ? [inputs[0]] : [])
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        NormalizationTail.rules(
            inputs[0], ["x", "x", "c", "s", "s"] + (forward.tail.rectifies ? ["x"] : []),
            to: ["x", "s", "s"] + (forward.tail.givesShortcutGradient ? ["x"] : []))
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 10 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}

/// What follows a normalisation in the same pass over memory: the addition of a shortcut, then a ReLU.
public struct NormalizationTail: Sendable, Hashable, CustomStringConvertible {
    public var addsShortcut = false
    public var rectifies = false

    public init(addsShortcut: Bool = false, rectifies: Bool = false) {
        self.addsShortcut = addsShortcut
        self.rectifies = rectifies
    }

    /// `+ shortcut + ReLU`
    public var description: String {
        [addsShortcut ? "+ shortcut" : "", rectifies ? "+ ReLU" : ""].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Without a ReLU it is ∂y itself.
    var givesShortcutGradient: Bool { addsShortcut && rectifies }

    func expectNormalizable(
        _ inputs: [TensorType], parameters: ClosedRange<Int>, of operation: some Operation
    ) throws(NetworkError) {
        try operation.expect(inputs[0].shape.rank >= 2, "at least two axes [N, C, …]", inputs)
        let channels: Shape = [inputs[0].shape[1]]
        try operation.expect(
            parameters.allSatisfy { inputs[$0].shape == channels }, "a number for each channel [\(inputs[0].shape[1])]", inputs)
        guard addsShortcut, let shortcut = inputs.last else { return }
        try operation.expect(shortcut.shape == inputs[0].shape, "a shortcut of the shape of x", inputs)
    }

    /// The rules of what treats channels alone. Letters say what a tensor is: `x` like the images, `c` a number for each channel that
    /// all have, `s` one that is a sum over the examples, `n` a sum over the examples that has no channels.
    static func rules(_ type: TensorType, _ inputs: [Character], to outputs: [Character]) -> [PlacementRule] {
        let placements: [(PlacementRule.Sharding, [Character: Placement])] = [
            (.batch, ["x": .split(0), "c": .replicated, "s": .partial, "n": .partial]),
            (
                type.axes[1] == .outputChannel ? .outputChannels : .channels,
                ["x": .split(1), "c": .split(0), "s": .split(0), "n": .replicated]
            ),
        ]
        func all(_ letters: [Character], _ placement: (Character) -> Placement?) -> [Placement] { letters.compactMap(placement) }
        return placements.map { sharding, placed in
            PlacementRule(sharding, all(inputs) { placed[$0] }, to: all(outputs) { placed[$0] })
        } + [PlacementRule(.nothing, all(inputs) { _ in .replicated }, to: all(outputs) { _ in .replicated })]
    }
}
