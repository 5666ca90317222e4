public import Tensors

/// Puts tensors one behind the other along one axis; their other axes agree.
public struct Concatenation: DifferentiableOperation {
    /// The axis along which they are put together; 1 is the channels.
    public let axis: Int

    public init(axis: Int = 1) {
        self.axis = axis
    }

    public var name: String { "concatenation" }
    public var canBeFused: Bool { true }
    public var attributes: String { "axis \(axis)" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...Int.max)
        let first = inputs[0].shape
        try expect(axis > 0 && axis < first.rank, "an axis among its inputs' axes after N", inputs)
        try expect(
            inputs.allSatisfy {
                $0.shape.rank == first.rank && $0.shape.replacing(axis: axis, with: 0) == first.replacing(axis: axis, with: 0)
            }, "tensors that agree in every axis but \(axis)", inputs)
        return [inputs[0].with(first.replacing(axis: axis, with: inputs.reduce(0) { $0 + $1.shape[axis] }))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        // Divided channels, put together, would not be a block of the result's channels.
        PlacementRule.elementwise(inputs[0], inputs: inputs.count, outputs: 1, channels: axis != 1)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 0, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return node.inputs.map { _ in nil } }
        var start = 0
        var gradients = [ValueID?]()
        for (input, isNeeded) in zip(node.inputs, needed) {
            let extent = builder.type(input).shape[axis]
            let slice = Slice(axis: axis, range: start..<start + extent)
            gradients.append(isNeeded ? try builder.add(slice, [dy], named: "∇\(node.layer).input")[0] : nil)
            start += extent
        }
        return gradients
    }
}

/// The elements whose index along `axis` lies in `range`.
public struct Slice: Operation {
    public let axis: Int
    public let range: Range<Int>

    public init(axis: Int, range: Range<Int>) {
        self.axis = axis
        self.range = range
    }

    public var name: String { "slice" }
    public var canBeFused: Bool { true }
    public var attributes: String { "axis \(axis), \(range.lowerBound)..<\(range.upperBound)" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        let shape = inputs[0].shape
        try expect(
            axis > 0 && axis < shape.rank && range.upperBound <= shape[axis], "indices \(range) along axis \(axis)", inputs)
        return [inputs[0].with(shape.replacing(axis: axis, with: range.count))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1, channels: axis != 1)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 0, inputs: outputs, outputs: outputs)
    }
}
