public import Tensors

/// The mean over each window, channel by channel. Input: [N, C, H, W]. Output: [N, C, H′, W′].
public struct AveragePooling: DifferentiableOperation {
    public let window: WindowGeometry
    /// Whether zeros of the padding count in the mean's denominator (PyTorch's and Caffe's habit) or not (TensorFlow's).
    public let countsPadding: Bool

    public init(window: WindowGeometry, countsPadding: Bool) {
        self.window = window
        self.countsPadding = countsPadding
    }

    public var name: String { "average pooling" }
    public var attributes: String { window.summary }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        let x = inputs[0].shape
        try expect(x.rank == window.kernel.count + 2, "images [N, C, H, W]", inputs)
        let extents = try window.outputExtents(for: Array(x.dimensions[2...]), operation: name)
        return [inputs[0].with(Shape([x[0], x[1]] + extents))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(
            floatingPointOperations: saturatingProduct(outputs[0].shape.elementCount, window.area), inputs: inputs,
            outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil] }
        let x = builder.type(node.inputs[0]).shape
        let operation = AveragePoolingGradient(
            window: window, countsPadding: countsPadding, extents: Array(x.dimensions[2...]))
        return [try builder.add(operation, [dy], named: "∇\(node.layer).input")[0]]
    }
}

/// The gradient of average pooling: each window's gradient goes in equal parts to its elements.
/// Input: ∂y [N, C, H′, W′]. Output: ∂x [N, C, H, W].
public struct AveragePoolingGradient: Operation {
    public let window: WindowGeometry
    public let countsPadding: Bool
    /// [H, W]
    public let extents: [Int]

    public var name: String { "average pooling gradient" }
    public var attributes: String { window.summary }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        return [inputs[0].with(Shape([inputs[0].shape[0], inputs[0].shape[1]] + extents))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1)
    }
}
