public import Tensors

/// The loss of each example and the rank of its right class.
///
/// Inputs: scores [N, classes], labels [N]. Outputs: loss [N] = −score of the label + log Σ e^score, and rank [N]: how many
/// classes score higher (or as high and come first); 0 is right at once, below 5 is right among five.
/// A score that is no number counts as before every other, and before its own label: what is not known to be right is wrong.
/// A label of −1 marks a place without an example: loss 0, rank the number of classes, gradient 0.
///
/// With `rejection` j a class of constant score −j stands beside the others in the sum, so that the loss also pushes
/// wrong classes away. Source: Y. LeCun et al. 1998, eq. 9.
///
/// With label smoothing ε the score of the label is replaced by (1 − ε) times it and ε times the mean of all scores, as in PyTorch.
/// Source: C. Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", CVPR 2016, section 7.
public struct SoftmaxCrossEntropy: LossOperation {
    public let rejection: Float?
    /// ε: the share of the target that is spread evenly over all classes.
    public let labelSmoothing: Float

    public init(rejection: Float? = nil, labelSmoothing: Float = 0) {
        self.rejection = rejection
        self.labelSmoothing = labelSmoothing
    }

    /// The same with smoothed labels.
    package func smoothing(by share: Float) -> SoftmaxCrossEntropy {
        SoftmaxCrossEntropy(rejection: rejection, labelSmoothing: share)
    }

    public var name: String { "softmax cross-entropy" }
    public var attributes: String {
        let parts = [rejection.map { "rejection \($0)" }, labelSmoothing > 0 ? "labels smoothed by \(labelSmoothing)" : nil]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        try expect(0..<1 ~= labelSmoothing, "labels smoothed by at least 0 and less than 1", inputs)
        let scores = inputs[0].shape
        try expect(scores.rank == 2 && inputs[1] == .examples([scores[0]], .int32), "scores [N, classes] and labels [N]", inputs)
        return [.examples([scores[0]]), .examples([scores[0]])]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 2, outputs: 2, channels: false)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 4 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, weight: Float, needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        let operation = SoftmaxCrossEntropyGradient(
            batchSize: builder.graph.batchSize, weight: weight, rejection: rejection, labelSmoothing: labelSmoothing)
        return [try builder.add(operation, node.inputs, named: "∇\(node.layer).input")[0], nil]
    }
}

/// The gradient of the mean loss, times a weight: weight · (softmax(scores) − target) / batch size; the target is the one-hot label, or
/// with label smoothing ε that times 1 − ε, and ε / classes for every class.
/// Inputs: scores [N, classes], labels [N]. Output: [N, classes].
public struct SoftmaxCrossEntropyGradient: Operation {
    /// The *global* batch, also where a device holds a part of it.
    public let batchSize: Int
    public let weight: Float
    public let rejection: Float?
    public let labelSmoothing: Float

    package init(batchSize: Int, weight: Float = 1, rejection: Float? = nil, labelSmoothing: Float = 0) {
        self.batchSize = batchSize
        self.weight = weight
        self.rejection = rejection
        self.labelSmoothing = labelSmoothing
    }

    public var name: String { "softmax cross-entropy gradient" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 2, outputs: 1, channels: false)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 4 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}
