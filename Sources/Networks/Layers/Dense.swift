public import Graphs
import Tensors

/// A fully connected layer. Input [N, C] (images are flattened first), output [N, units].
///
/// Parameters: `name.weight` [K, C] and `name.bias` [K].
public struct Dense: Layer {
    public let units: Int
    public let hasBias: Bool
    public let weightInitializer: Initializer?
    public let biasInitializer: Initializer
    public let name: String?

    /// - Parameters:
    ///   - weightInitializer: He's normal distribution if not given.
    public init(
        _ units: Int, bias: Bool = true, weightInitializer: Initializer? = nil, biasInitializer: Initializer = .constant(0),
        name: String? = nil
    ) {
        self.units = units
        hasBias = bias
        self.weightInitializer = weightInitializer
        self.biasInitializer = biasInitializer
        self.name = name
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let name = name ?? builder.nextName("dense")
        let vectors = builder.type(input).shape.rank == 2 ? input : try Flatten().apply(to: input, in: &builder)
        let fanIn = builder.type(vectors).shape[1]
        guard units > 0 else { throw .layer(name: name, reason: "it needs at least one unit, not \(units)") }
        return try builder.inLayer(name) { builder throws(NetworkError) in
            let weight = try builder.addParameter(
                Parameter(
                    name: "\(name).weight", shape: [units, fanIn], kind: .weight, fanIn: fanIn,
                    initializer: weightInitializer ?? .heNormal(fanIn: fanIn)))
            var inputs = [vectors, weight]
            if hasBias {
                inputs.append(
                    try builder.addParameter(
                        Parameter(
                            name: "\(name).bias", shape: [units], kind: .bias, fanIn: fanIn, initializer: biasInitializer)))
            }
            return try builder.add(InnerProduct(), inputs)[0]
        }
    }
}

/// Makes vectors [N, C·H·W] of images [N, C, H, W].
public struct Flatten: Layer {
    public init() {}

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let shape = builder.type(input).shape
        let extents = [shape.dimensions.dropFirst().reduce(1, *)]
        return try builder.inLayer(builder.nextName("flatten")) { builder throws(NetworkError) in
            try builder.add(Reshape(extents: extents), [input])[0]
        }
    }
}
