public import Tensors

/// The maximum over each window, channel by channel; windows may overlap. Padding never wins.
///
/// Input: [N, C, H, W]. Outputs: [N, C, H′, W′], and, where a gradient will be wanted, which element won.
public struct MaxPooling: DifferentiableOperation {
    public let window: WindowGeometry
    /// Whether the second output, which the gradient reads, is made.
    public let keepsWinners: Bool

    public init(window: WindowGeometry, keepsWinners: Bool) {
        self.window = window
        self.keepsWinners = keepsWinners
    }

    public var name: String { "max pooling" }
    public var attributes: String { window.summary }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        let x = inputs[0].shape
        try expect(x.rank == window.kernel.count + 2, "images [N, C, H, W]", inputs)
        let y = Shape([x[0], x[1]] + (try window.outputExtents(for: Array(x.dimensions[2...]), operation: name)))
        return [inputs[0].with(y)] + (keepsWinners ? [TensorType(y, .workspace, axes: inputs[0].axes)] : [])
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: outputs.count)
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
        let operation = MaxPoolingGradient(window: window, extents: Array(x.dimensions[2...]))
        return [try builder.add(operation, [dy, node.outputs[1]], named: "∇\(node.layer).input")[0]]
    }
}

/// The gradient of max pooling: each window's gradient goes to the element that won it.
/// Inputs: ∂y [N, C, H′, W′], the winners. Output: ∂x [N, C, H, W].
public struct MaxPoolingGradient: Operation {
    public let window: WindowGeometry
    /// [H, W]
    public let extents: [Int]

    public var name: String { "max pooling gradient" }
    public var attributes: String { window.summary }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        return [inputs[0].with(Shape([inputs[0].shape[0], inputs[0].shape[1]] + extents))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 2, outputs: 1)
    }
}
