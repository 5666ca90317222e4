public import Tensors

/// Where a tensor lives along one axis of a mesh of devices.
public enum Placement: Sendable, Hashable, CustomStringConvertible {
    /// Every device holds the whole tensor.
    case replicated
    /// Every device holds a block of consecutive indices of this dimension.
    case split(Int)
    /// Every device holds a partial sum; the tensor is their sum.
    case partial

    public var description: String {
        switch self {
        case .replicated: "replicated"
        case .split(let dimension): "split(\(dimension))"
        case .partial: "partial"
        }
    }
}

/// One legal way to spread an operation along one mesh axis: where its inputs must live, and where its outputs then do.
public struct PlacementRule: Sendable, Hashable {
    /// What is divided among the devices. An operation and its gradient operations use one name for one sharding, so a
    /// strategy decides once per layer.
    public enum Sharding: String, Sendable, Hashable {
        /// The examples of the batch.
        case batch
        /// The channels, each handled on its own (pooling, activations).
        case channels
        /// The output channels; every device sees all inputs.
        case outputChannels
        /// Whole groups of channels that never meet (grouped convolution, normalisation within columns).
        case groups
        /// Nothing: every device does the whole work.
        case nothing
        /// Nothing, on partial sums: the operation is linear and acts on each alone.
        case partialSums
    }

    public let sharding: Sharding
    public let inputs: [Placement]
    public let outputs: [Placement]

    public init(_ sharding: Sharding, _ inputs: [Placement], to outputs: [Placement]) {
        self.sharding = sharding
        self.inputs = inputs
        self.outputs = outputs
    }

    /// The rules of an operation that treats every example and every channel alone: `inputs` tensors in, `outputs` out, all with axes like
    /// `type`'s, all placed alike.
    ///
    /// - Parameter channels: whether it does treat channels alone.
    static func elementwise(_ type: TensorType, inputs: Int, outputs: Int, channels: Bool = true) -> [PlacementRule] {
        func all(_ placement: Placement, _ sharding: Sharding) -> PlacementRule {
            PlacementRule(
                sharding, Array(repeating: placement, count: inputs), to: Array(repeating: placement, count: outputs))
        }
        let divided = type.axes.enumerated().compactMap { dimension, axis -> PlacementRule? in
            switch axis {
            case .example: all(.split(dimension), .batch)
            case .channel: channels ? all(.split(dimension), .channels) : nil
            case .outputChannel: channels ? all(.split(dimension), .outputChannels) : nil
            case .space, .element: nil
            }
        }
        return divided + [all(.replicated, .nothing)]
    }
}

/// The block of an operation's work that one device does: enough to restate the operation for its local shapes.
public struct LocalBlock: Sendable {
    /// For each mesh axis with more than one device: what is divided, and into how many parts.
    public let shardings: [(sharding: PlacementRule.Sharding, parts: Int)]
    /// The whole tensors' shapes, and the index ranges of this device's blocks, one per dimension.
    public let outputShapes: [Shape]
    public let outputRanges: [[Range<Int>]]

    public init(
        shardings: [(sharding: PlacementRule.Sharding, parts: Int)], outputShapes: [Shape], outputRanges: [[Range<Int>]]
    ) {
        self.shardings = shardings
        self.outputShapes = outputShapes
        self.outputRanges = outputRanges
    }

    /// Into how many parts `sharding` is cut over all mesh axes.
    public func parts(of sharding: PlacementRule.Sharding) -> Int {
        shardings.filter { $0.sharding == sharding }.reduce(1) { $0 * $1.parts }
    }
}
