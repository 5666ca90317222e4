public import Graphs

/// Layers one after the other, before whose names and those of their parameters stand `name` and a point.
///
///     Named("layer1") { Named("0") { Conv2D(64, kernel: 3, name: "conv1") } }  // layer1.0.conv1.weight
public struct Named: Layer {
    public let name: String
    public let body: Sequential

    public init(_ name: String, @LayerBuilder _ layers: () -> [any Layer]) {
        self.name = name
        body = Sequential(layers)
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inScope(name) { builder throws(NetworkError) in try body.apply(to: input, in: &builder) }
    }
}

/// Layers one after the other that are one among numbered ones: its number stands before their names.
public struct Block: Layer {
    public let body: Sequential

    public init(@LayerBuilder _ layers: () -> [any Layer]) {
        body = Sequential(layers)
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inScope(nil) { builder throws(NetworkError) in try body.apply(to: input, in: &builder) }
    }
}

/// Layers one after the other, of which each that was given no name is called by its number, those without parameters counted: PyTorch's
/// `Sequential`.
///
///     Numbered("features") {
///         Conv2D(64, kernel: 3)  // features.0.weight
///         ReLU()
///         Conv2D(64, kernel: 3)  // features.2.weight
///     }
public struct Numbered: Layer {
    public let name: String?
    public let layers: [any Layer]

    /// - Parameter name: what stands before the numbers; its own number where it is numbered itself, and nothing otherwise.
    public init(_ name: String? = nil, @LayerBuilder _ layers: () -> [any Layer]) {
        self.name = name
        self.layers = layers()
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inScope(name) { builder throws(NetworkError) in
            var value = input
            for (number, layer) in layers.enumerated() {
                value = try builder.numbering(number) { builder throws(NetworkError) in try layer.apply(to: value, in: &builder) }
            }
            return value
        }
    }
}
