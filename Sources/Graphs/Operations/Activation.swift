public import Tensors

/// A function of each element alone. Input and output: any shape, alike.
public struct Activation: DifferentiableOperation {
    public enum Function: Sendable, Hashable {
        /// max(x, 0)
        case relu
        /// amplitude · tanh(slope · x); 1 and 1 is the plain hyperbolic tangent, 1.7159 and 2/3 LeCun's squashing function.
        case tanh(amplitude: Float, slope: Float)
        /// 1 / (1 + e⁻ˣ)
        case sigmoid
        /// x · Φ(x), Φ the normal distribution's: x/2 · (1 + erf(x/√2)).
        /// Source: D. Hendrycks, K. Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415, section 2.
        case gelu

        public static let tanh = Function.tanh(amplitude: 1, slope: 1)

        /// Whether the slope follows from the output, so that the input need not be kept; of GELU two inputs have one output.
        public var hasSlopeOfOutput: Bool { self != .gelu }
    }

    public let function: Function

    public init(_ function: Function) {
        self.function = function
    }

    public var canBeFused: Bool { true }
    public var name: String {
        switch function {
        case .relu: "ReLU"
        case .tanh: "tanh"
        case .sigmoid: "sigmoid"
        case .gelu: "GELU"
        }
    }

    public var attributes: String {
        if case .tanh(let amplitude, let slope) = function, function != .tanh { return "\(amplitude)·tanh(\(slope)·x)" }
        return ""
    }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        return inputs
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        PlacementRule.elementwise(inputs[0], inputs: 1, outputs: 1)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil] }
        let read = function.hasSlopeOfOutput ? node.outputs[0] : node.inputs[0]
        return [try builder.add(ActivationGradient(function), [dy, read], named: "∇\(node.layer).input")[0]]
    }
}

/// The gradient of an activation, from its *output*, so that its input need not be kept; of GELU from its input.
/// Inputs: ∂y, y or x. Output: ∂x; all of one shape.
public struct ActivationGradient: Operation {
    public let function: Activation.Function

    init(_ function: Activation.Function) {
        self.function = function
    }

    public var name: String { Activation(function).name + " gradient" }
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
