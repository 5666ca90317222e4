public import Tensors

/// A tensor that a network has from step to step: learnt, given, or carried along.
public struct Parameter: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable {
        case weight
        case bias
        /// What a normalisation multiplies each channel by.
        case scale
        /// Fixed from the start.
        case constant
        /// What lives from step to step without a gradient, and is updated from something that the step computes: running statistics, say.
        /// PyTorch calls it a buffer.
        case state

        /// Whether it is a weight or the like: what a network's parameters are counted by. Those of a layer may be frozen.
        public var isLearned: Bool { [.weight, .bias, .scale].contains(self) }
    }

    /// `layer.weight`, `layer.bias`, as PyTorch users know them.
    public internal(set) var name: String
    public let kind: Kind
    /// The number of inputs that meet in one output: C/G·R·S for a convolution.
    public let fanIn: Int
    public var initializer: Initializer
    /// How it is updated otherwise than the others.
    public var options = UpdateOptions()
    /// The shape, and what its axes count.
    public let type: TensorType

    public var shape: Shape { type.shape }

    /// - Parameter axes: what the shape's axes count; if not given those of a weight, [K, C, …], and of what has a number for each channel, [C].
    public init(name: String, shape: Shape, kind: Kind, fanIn: Int, initializer: Initializer, axes: [Axis]? = nil) {
        self.name = name
        type =
            if let axes { TensorType(shape, axes: axes) } else if shape.rank == 1 { .channels(shape[0]) } else { .weight(shape) }
        self.kind = kind
        self.fanIn = fanIn
        self.initializer = initializer
    }

    /// The layer's name: what stands before the last point.
    public var layer: String { name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name }

    public var isTrainable: Bool { kind.isLearned && !options.isFrozen }
}

/// How one parameter is updated otherwise than the others: what PyTorch's parameter groups are for.
public struct UpdateOptions: Sendable, Hashable {
    /// What the learning rate is multiplied by.
    public var rateFactor: Float = 1
    /// What the weight decay is multiplied by.
    public var decayFactor: Float = 1
    /// Whether it keeps its values. No gradient is computed that only frozen parameters would need.
    public var isFrozen = false

    public init(rateFactor: Float = 1, decayFactor: Float = 1, isFrozen: Bool = false) {
        self.rateFactor = rateFactor
        self.decayFactor = decayFactor
        self.isFrozen = isFrozen
    }
}

/// Where a parameter's first values come from.
public enum Initializer: Sendable, Hashable {
    case constant(Float)
    /// Normal with mean 0.
    case normal(standardDeviation: Float)
    /// Uniform in [-bound, bound).
    case uniform(bound: Float)
    /// Given values, row-major.
    case values([Float])

    /// Normal with standard deviation √(2 / fan-in), which keeps the variance through ReLUs.
    /// Source: K. He et al., "Delving Deep into Rectifiers", ICCV 2015, eq. 10.
    public static func heNormal(fanIn: Int) -> Initializer {
        .normal(standardDeviation: (2 / Float(fanIn)).squareRoot())
    }

    /// The values of elements `range` of parameter number `stream`. Element i depends on (seed, stream, i) alone.
    /// Cost: for the normal distribution about 20 ns an element.
    public func fill(seed: UInt64, stream: Int, range: Range<Int>, into destination: UnsafeMutableBufferPointer<Float>) {
        let random = RandomSource(seed: seed, purpose: .initialization, stream: UInt32(stream))
        switch self {
        case .constant(let value):
            destination.update(repeating: value)
        case .normal(let standardDeviation):
            random.fillNormal(range: range, standardDeviation: standardDeviation, into: destination)
        case .uniform(let bound):
            for (place, index) in range.enumerated() {
                destination[place] = (2 * random.uniform(index: index) - 1) * bound
            }
        case .values(let values):
            for (place, index) in range.enumerated() { destination[place] = values[index] }
        }
    }
}
