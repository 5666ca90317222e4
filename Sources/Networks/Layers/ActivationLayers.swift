public import Graphs

/// max(x, 0), element by element.
public struct ReLU: Layer {
    public init() {}

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try applyActivation(.relu, kind: "relu", to: input, in: &builder)
    }
}

/// amplitude · tanh(slope · x), element by element.
public struct Tanh: Layer {
    public let amplitude: Float
    public let slope: Float

    public init(amplitude: Float = 1, slope: Float = 1) {
        self.amplitude = amplitude
        self.slope = slope
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try applyActivation(.tanh(amplitude: amplitude, slope: slope), kind: "tanh", to: input, in: &builder)
    }
}

/// 1 / (1 + e⁻ˣ), element by element.
public struct Sigmoid: Layer {
    public init() {}

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try applyActivation(.sigmoid, kind: "sigmoid", to: input, in: &builder)
    }
}

/// x · Φ(x), element by element, with the exact error function as PyTorch has it; see `Activation.Function.gelu`.
public struct GELU: Layer {
    public init() {}

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try applyActivation(.gelu, kind: "gelu", to: input, in: &builder)
    }
}

private func applyActivation(
    _ function: Activation.Function, kind: String, to input: ValueID, in builder: inout GraphBuilder
) throws(NetworkError) -> ValueID {
    try builder.inLayer(builder.nextName(kind)) { builder throws(NetworkError) in
        try builder.add(Activation(function), [input])[0]
    }
}
