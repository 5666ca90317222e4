public import Graphs
import Tensors

/// Scales and shifts each channel by learned numbers: `name.weight` [C], `name.bias` [C]; see `ChannelAffine`.
public struct ChannelScale: Layer {
    /// What the input is multiplied by beside the weight: where it is a mean and the sum is meant, the number of terms.
    public let inputScale: Float
    public let weightInitializer: Initializer
    public let biasInitializer: Initializer
    public let name: String?

    public init(
        inputScale: Float = 1, weightInitializer: Initializer = .constant(1), biasInitializer: Initializer = .constant(0),
        name: String? = nil
    ) {
        self.inputScale = inputScale
        self.weightInitializer = weightInitializer
        self.biasInitializer = biasInitializer
        self.name = name
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let name = name ?? builder.nextName("scale")
        let shape = builder.type(input).shape
        guard shape.rank >= 2 else {
            throw .shape(operation: "scale \(name)", expected: "channels [N, C, …]", actual: "\(shape)")
        }
        return try builder.inLayer(name) { builder throws(NetworkError) in
            let weight = try builder.addParameter(
                Parameter(
                    name: "\(name).weight", shape: [shape[1]], kind: .weight, fanIn: max(1, Int(inputScale)),
                    initializer: weightInitializer))
            let bias = try builder.addParameter(
                Parameter(name: "\(name).bias", shape: [shape[1]], kind: .bias, fanIn: 1, initializer: biasInitializer))
            return try builder.add(ChannelAffine(inputScale: inputScale), [input, weight, bias])[0]
        }
    }
}

/// Adds a learned number to each channel: `name.bias` [C].
public struct Bias: Layer {
    public let initializer: Initializer
    public let name: String?

    public init(initializer: Initializer = .constant(0), name: String? = nil) {
        self.initializer = initializer
        self.name = name
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let name = name ?? builder.nextName("bias")
        let shape = builder.type(input).shape
        guard shape.rank >= 2 else { throw .shape(operation: "bias \(name)", expected: "channels [N, C, …]", actual: "\(shape)") }
        return try builder.inLayer(name) { builder throws(NetworkError) in
            let bias = try builder.addParameter(
                Parameter(name: "\(name).bias", shape: [shape[1]], kind: .bias, fanIn: 1, initializer: initializer))
            return try builder.add(BiasAddition(), [input, bias])[0]
        }
    }
}

/// Takes channels by index; see `ChannelSelection`.
public struct SelectChannels: Layer {
    public let indices: [Int]

    public init(_ indices: [Int]) {
        self.indices = indices
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer(builder.nextName("select")) { builder throws(NetworkError) in
            try builder.add(ChannelSelection(indices: indices), [input])[0]
        }
    }
}

/// Takes one channel of each of G groups in turn, so that a grouped convolution behind it sees all groups: output channel j·G + g is
/// input channel g·C/G + j. Input [N, C, …], output like it.
///
/// Source: X. Zhang et al., "ShuffleNet", CVPR 2018, section 3.1.
public struct ChannelShuffle: Layer {
    public let groups: Int

    public init(groups: Int) {
        self.groups = groups
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let (channels, name) = (builder.type(input).shape[1], builder.nextName("shuffle"))
        guard groups > 0, channels % groups == 0 else {
            throw .layer(name: name, reason: "its \(groups) groups do not divide \(channels) channels")
        }
        let indices = (0..<channels).map { $0 % groups * (channels / groups) + $0 / groups }
        return try builder.inLayer(name) { builder throws(NetworkError) in
            try builder.add(ChannelSelection(indices: indices), [input])[0]
        }
    }
}

/// Puts channels of zeros behind those that there are; see `ChannelPadding`. Input [N, C, …], output [N, channels, …].
public struct PadChannels: Layer {
    public let channels: Int

    public init(to channels: Int) {
        self.channels = channels
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer(builder.nextName("padding")) { builder throws(NetworkError) in
            try builder.add(ChannelPadding(channels: channels), [input])[0]
        }
    }
}

/// Scores classes by the distance to fixed centers; see `RadialBasis`. The centers are `name.centers` [K, C].
public struct RadialBasisOutput: Layer {
    /// One center a class.
    public let centers: [[Float]]
    public let name: String

    public init(centers: [[Float]], name: String = "output") {
        self.centers = centers
        self.name = name
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer(name) { builder throws(NetworkError) in
            let width = centers.first?.count ?? 0
            guard centers.allSatisfy({ $0.count == width }) else {
                throw .layer(name: name, reason: "its centers have different lengths")
            }
            let centers = try builder.addParameter(
                Parameter(
                    name: "\(name).centers", shape: [self.centers.count, width], kind: .constant, fanIn: width,
                    initializer: .values(self.centers.flatMap { $0 })))
            return try builder.add(RadialBasis(), [input, centers])[0]
        }
    }
}
