public import Tensors

/// Smooths each channel by the binomial filter [1, 2, 1] ⊗ [1, 2, 1] / 16 and takes every `stride`-th element of the result: subsampling
/// that does not fold high frequencies onto low ones. Beyond the edges the image is its own reflection.
///
/// Input: [N, C, H, W], H and W at least 2. Output: [N, C, H′, W′], H′ = ⌊(H − 1) / stride⌋ + 1.
///
/// Source: R. Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019, section 3.2, filter Tri-3.
public struct BlurPooling: DifferentiableOperation {
    public let stride: Int

    public init(stride: Int) {
        self.stride = stride
    }

    public var name: String { "blur pooling" }
    public var attributes: String { "stride \(stride)" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        let x = inputs[0].shape
        try expect(stride > 0, "a stride of at least 1", inputs)
        try expect(x.rank == 4 && x[2] > 1 && x[3] > 1, "images [N, C, H, W] of at least 2 × 2", inputs)
        return [inputs[0].with([x[0], x[1], (x[2] - 1) / stride + 1, (x[3] - 1) / stride + 1])]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(
            floatingPointOperations: saturatingProduct(18, outputs[0].shape.elementCount), inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil] }
        let x = builder.type(node.inputs[0]).shape
        let operation = BlurPoolingGradient(stride: stride, extents: Array(x.dimensions[2...]))
        return [try builder.add(operation, [dy], named: "∇\(node.layer).input")[0]]
    }
}

/// The gradient of blur pooling: each element's gradient goes to the nine that it is made of, by their weights.
/// Input: ∂y [N, C, H′, W′]. Output: ∂x [N, C, H, W].
public struct BlurPoolingGradient: Operation {
    public let stride: Int
    /// [H, W]
    public let extents: [Int]

    package init(stride: Int, extents: [Int]) {
        (self.stride, self.extents) = (stride, extents)
    }

    public var name: String { "blur pooling gradient" }
    public var attributes: String { "stride \(stride)" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        return [inputs[0].with(Shape([inputs[0].shape[0], inputs[0].shape[1]] + extents))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 18 * inputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }
}
