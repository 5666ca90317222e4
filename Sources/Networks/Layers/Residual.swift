public import Graphs

/// Adds to what the layers make of the input what a shortcut makes of it: y = ReLU(body(x) + shortcut(x)).
///
///     Residual {
///         Conv2D(64, kernel: 3, padding: 1)
///         ReLU()
///         Conv2D(64, kernel: 3, padding: 1)
///     } shortcut: {
///         Conv2D(64, kernel: 1)
///     }
///
/// Source: K. He et al., "Deep Residual Learning for Image Recognition", CVPR 2016, eq. 1 and 2.
public struct Residual: Layer {
    public let name: String?
    public let hasReLU: Bool
    public let body: Sequential
    public let shortcut: Sequential

    /// - Parameters:
    ///   - name: what stands before its layers' names; its number where it is numbered, and nothing otherwise.
    ///   - relu: whether the sum passes through a ReLU.
    ///   - shortcut: the identity if not given.
    public init(
        _ name: String? = nil, relu: Bool = true, @LayerBuilder _ body: () -> [any Layer],
        @LayerBuilder shortcut: () -> [any Layer] = { [] }
    ) {
        self.name = name
        hasReLU = relu
        self.body = Sequential(body)
        self.shortcut = Sequential(shortcut)
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inScope(name) { builder throws(NetworkError) in
            let terms = [try body.apply(to: input, in: &builder), try shortcut.apply(to: input, in: &builder)]
            let sum = try builder.inLayer(builder.nextName("add")) { builder throws(NetworkError) in
                try builder.add(Addition(), terms)[0]
            }
            return hasReLU ? try ReLU().apply(to: sum, in: &builder) : sum
        }
    }
}
