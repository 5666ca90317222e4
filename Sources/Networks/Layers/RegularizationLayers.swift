public import Graphs

/// Local response normalisation across channels; see `ResponseNormalization`. The defaults are those of AlexNet.
public struct LocalResponseNorm: Layer {
    public let size: Int
    public let alpha: Float
    public let beta: Float
    public let k: Float
    public let groups: Int

    /// - Parameters:
    ///   - alpha: as in the paper; PyTorch's is `size` times as large.
    ///   - groups: how many groups of channels are normalised apart.
    public init(size: Int = 5, alpha: Float = 1e-4, beta: Float = 0.75, k: Float = 2, groups: Int = 1) {
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
        self.groups = groups
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer(builder.nextName("norm")) { builder throws(NetworkError) in
            try builder.add(
                ResponseNormalization(size: size, alpha: alpha, beta: beta, k: k, groups: groups), [input])[0]
        }
    }
}

/// Dropout; does nothing when the graph is for inference.
public struct Dropout: Layer {
    public let probability: Float

    /// - Parameter probability: of an element being dropped, at least 0 and below 1.
    public init(_ probability: Float = 0.5) {
        self.probability = probability
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let stream = builder.nextDropoutStream()
        guard builder.drops else { return input }
        return try builder.inLayer(builder.nextName("dropout")) { builder throws(NetworkError) in
            try builder.add(RandomDropout(probability: probability, stream: stream), [input])[0]
        }
    }
}
