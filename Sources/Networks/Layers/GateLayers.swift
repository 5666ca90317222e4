public import Graphs

/// Scales each channel of each example by what the layers make of the input: y[n, c, …] = x[n, c, …] · gate(x)[n, c].
///
///     Gated { GlobalAveragePool2D(); Dense(16); ReLU(); Dense(256); Sigmoid() }  // squeeze and excitation
///
/// Source: J. Hu et al., "Squeeze-and-Excitation Networks", CVPR 2018, section 3.
public struct Gated: Layer {
    public let name: String?
    public let gate: Sequential

    /// - Parameter name: what stands before its layers' names; its number where it is numbered, and nothing otherwise.
    public init(_ name: String? = nil, @LayerBuilder _ gate: () -> [any Layer]) {
        self.name = name
        self.gate = Sequential(gate)
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inScope(name) { builder throws(NetworkError) in
            let gate = try gate.apply(to: input, in: &builder)
            return try builder.inLayer(builder.nextName("gate")) { builder throws(NetworkError) in
                try builder.add(ChannelGate(), [input, gate])[0]
            }
        }
    }
}

/// Mixes what the layers make of the input with the input, as the gate says: y = t·h + (1 − t)·x, h = transform(x), t = gate(x).
///
/// Source: R. K. Srivastava et al., "Training Very Deep Networks", NIPS 2015, eq. 3.
public struct Highway: Layer {
    public let name: String?
    public let transform: Sequential
    public let gate: Sequential

    /// - Parameters:
    ///   - name: what stands before its layers' names; its number where it is numbered, and nothing otherwise.
    ///   - gate: ends in numbers from 0 to 1.
    public init(
        _ name: String? = nil, @LayerBuilder _ transform: () -> [any Layer], @LayerBuilder gate: () -> [any Layer]
    ) {
        self.name = name
        self.transform = Sequential(transform)
        self.gate = Sequential(gate)
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inScope(name) { builder throws(NetworkError) in
            let transformed = try transform.apply(to: input, in: &builder)
            let gate = try gate.apply(to: input, in: &builder)
            return try builder.inLayer(builder.nextName("highway")) { builder throws(NetworkError) in
                try builder.add(HighwayGate(), [gate, transformed, input])[0]
            }
        }
    }
}
