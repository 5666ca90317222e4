public import Tensors

/// Sets each element to zero with a given probability and scales the others by 1 / (1 − probability), so that inference
/// needs no change.
///
/// Input: [N, …]. Outputs: like it, and the factor of each element (0 or the scale), which the gradient multiplies by.
/// Which elements drop depends on the seed, the step and the element's place in the *whole* tensor, not on the device.
///
/// Source: N. Srivastava et al., "Dropout", JMLR 2014, in the inverted form; A. Krizhevsky et al. 2012, section 4.2.
public struct RandomDropout: DifferentiableOperation {
    public let probability: Float
    /// Tells this dropout's random numbers from those of others.
    public let stream: UInt32
    /// The whole tensor's shape and the index ranges of this block; `nil` where the block is the whole.
    public let block: Block?

    public struct Block: Sendable, Hashable {
        public let whole: Shape
        public let ranges: [Range<Int>]
    }

    public init(probability: Float, stream: UInt32, block: Block? = nil) {
        self.probability = probability
        self.stream = stream
        self.block = block
    }

    public var name: String { "dropout" }
    public var canBeFused: Bool { true }
    public var attributes: String { "probability \(probability)" }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        try expect(0..<1 ~= probability, "a probability of at least 0 and below 1", inputs)
        return [inputs[0], inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 2)
    }

    public func localized(to block: LocalBlock) -> any Operation {
        RandomDropout(
            probability: probability, stream: stream,
            block: Block(whole: block.outputShapes[0], ranges: block.outputRanges[0]))
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil] }
        return [try builder.add(Multiplication(), [dy, node.outputs[1]], named: "∇\(node.layer).input")[0]]
    }
}

/// The product of two tensors, element by element. Inputs and output: of one shape.
public struct Multiplication: Operation {
    public init() {}

    public var name: String { "multiplication" }
    public var canBeFused: Bool { true }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        try expect(inputs[0] == inputs[1], "two tensors of one shape", inputs)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 2, outputs: 1)
    }
}
