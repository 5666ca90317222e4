public import Tensors

/// Gives the elements of each example other axes: [N, …] to [N, extents…], row-major. Moves no element.
public struct Reshape: DifferentiableOperation {
    /// The extents after N.
    public let extents: [Int]

    public init(extents: [Int]) {
        self.extents = extents
    }

    public var name: String { "reshape" }
    public var canBeFused: Bool { true }
    public var attributes: String { "to N × \(Shape(extents))" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        let output = Shape([inputs[0].shape[0]] + extents)
        try expect(
            output.elementCount == inputs[0].shape.elementCount, "\(Shape(extents).elementCount) elements an example", inputs)
        return [.examples(output)]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        // A block of channels stays a block of consecutive elements only if the first axis after N is the one divided.
        let divisible = inputs[0].shape[1] % parts == 0 && extents[0] % parts == 0
        return PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1, channels: divisible)
    }

    public func localized(to block: LocalBlock) -> any Operation {
        var local = extents
        local[0] /= block.parts(of: .channels)
        return Reshape(extents: local)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: 0, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil] }
        let x = builder.type(node.inputs[0]).shape
        let operation = Reshape(extents: Array(x.dimensions.dropFirst()))
        return [try builder.add(operation, [dy], named: "∇\(node.layer).input")[0]]
    }
}
