public import Tensors

/// The sum of tensors of one shape, element by element, in the order of the inputs.
public struct Addition: DifferentiableOperation {
    public init() {}

    public var name: String { "addition" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...Int.max)
        try expect(
            inputs.allSatisfy { $0.shape == inputs[0].shape && $0.element == inputs[0].element }, "tensors of one shape", inputs)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        let partialSums = PlacementRule(.partialSums, inputs.map { _ in .partial }, to: [.partial])
        return PlacementRule.elementwise(inputs[0], inputs: inputs.count, outputs: 1) + [partialSums]
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(
            floatingPointOperations: (inputs.count - 1) * outputs[0].shape.elementCount, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        node.inputs.map { _ in outputGradients[0] }
    }
}
