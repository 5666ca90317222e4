public import Tensors

/// What a micro-batch contributes to the two sums over the batch that the gradient of a normalisation by the batch's statistics needs. They are
/// the gradients of scale and shift: Σ ∂z · x̂ and Σ ∂z, ∂z being the gradient behind the ReLU and x̂ = (x − mean) / √(variance + ε).
///
/// Inputs: ∂y, x [N, C, …], the batch's mean and unbiased variance [C], and y behind a ReLU. Outputs: ∂scale, ∂shift [C].
public struct NormalizationGradientSums: Operation {
    public let forward: Normalization

    package init(of forward: Normalization) {
        self.forward = forward
    }

    public var name: String { "normalization gradient sums" }
    public var canBeFused: Bool { true }
    public var mixesExamples: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: forward.tail.rectifies ? 5...5 : 4...4)
        return [inputs[2], inputs[2]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        NormalizationTail.rules(inputs[0], ["x", "x", "c", "c"] + (forward.tail.rectifies ? ["x"] : []), to: ["s", "s"])
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 4 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}

/// The gradient of a normalisation by the batch's statistics, through these: ∂x = scale / √(variance + ε) · (∂z − mean(∂z) − x̂ · mean(∂z · x̂)),
/// means over the batch of N examples.
///
/// Inputs: ∂y, x [N, C, …], scale, the batch's mean and unbiased variance, Σ ∂z · x̂ and Σ ∂z over the batch [C], and y behind a ReLU. Outputs: ∂x,
/// and ∂z behind a shortcut and a ReLU.
public struct SynchronizedNormalizationGradient: Operation {
    public let forward: Normalization

    package init(of forward: Normalization) {
        self.forward = forward
    }

    public var name: String { "normalization gradient" }
    public var canBeFused: Bool { true }
    public var attributes: String { forward.attributes }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: forward.tail.rectifies ? 8...8 : 7...7)
        return [inputs[0]] + (forward.tail.givesShortcutGradient ? [inputs[0]] : [])
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        NormalizationTail.rules(
            inputs[0], ["x", "x", "c", "c", "c", "c", "c"] + (forward.tail.rectifies ? ["x"] : []),
            to: ["x"] + (forward.tail.givesShortcutGradient ? ["x"] : []))
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 6 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}
