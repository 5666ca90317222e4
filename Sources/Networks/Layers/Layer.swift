public import Graphs

/// A piece of a network: operations and the parameters that they need.
public protocol Layer: Sendable {
    /// Adds the layer's operations behind `input`; returns its output. Throws what their shape rules throw.
    func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID
}

/// Collects layers written one below the other, with `if` and `for`, and what functions of layers return:
///
///     @LayerBuilder func block(_ filters: Int) -> [any Layer] {
///         Conv2D(filters, kernel: 3, padding: 1)
///         ReLU()
///     }
///     Sequential {
///         for filters in [64, 128] { block(filters) }
///         Dense(10)
///     }
@resultBuilder
public enum LayerBuilder {
    public static func buildExpression(_ layer: any Layer) -> [any Layer] { [layer] }
    public static func buildExpression(_ layers: [any Layer]) -> [any Layer] { layers }
    public static func buildBlock(_ layers: [any Layer]...) -> [any Layer] { layers.flatMap { $0 } }
    public static func buildOptional(_ layers: [any Layer]?) -> [any Layer] { layers ?? [] }
    public static func buildEither(first layers: [any Layer]) -> [any Layer] { layers }
    public static func buildEither(second layers: [any Layer]) -> [any Layer] { layers }
    public static func buildArray(_ layers: [[any Layer]]) -> [any Layer] { layers.flatMap { $0 } }
}

/// Layers one after the other.
public struct Sequential: Layer {
    public let layers: [any Layer]

    public init(@LayerBuilder _ layers: () -> [any Layer]) {
        self.init(layers())
    }

    public init(_ layers: [any Layer]) {
        self.layers = layers
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        var value = input
        for layer in layers { value = try layer.apply(to: value, in: &builder) }
        return value
    }
}
