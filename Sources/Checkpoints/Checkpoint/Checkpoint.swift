public import Tensors

/// A run at the end of a step: all that is needed to go on from there, wherever and on however many devices.
public struct Checkpoint: Sendable, Equatable {
    public struct NamedTensor: Sendable, Equatable {
        public let name: String
        public var tensor: HostTensor

        public init(_ name: String, _ tensor: HostTensor) {
            self.name = name
            self.tensor = tensor
        }
    }

    /// Steps that have been done.
    public var step: Int
    /// How good the network is, higher being better; nil where nobody has measured it; one that is not finite is not saved.
    public var score: Double?
    /// Weights and state, in the order in which they are written. No name is there twice, and none is `__metadata__`.
    public var tensors: [NamedTensor]
    /// Free text by key. Keys that begin with `partrain.` belong to the format.
    public var metadata: [String: String]

    public init(step: Int, score: Double? = nil, tensors: [NamedTensor], metadata: [String: String] = [:]) {
        Self.check(step: step, names: tensors.map(\.name), metadata: metadata)
        self.step = step
        self.score = score
        self.tensors = tensors
        self.metadata = metadata
    }

    /// Whether a checkpoint can be written so.
    static func check(step: Int, names: [String], metadata: [String: String]) {
        precondition(step >= 0, "a checkpoint of step \(step) cannot be")
        precondition(Set(names).count == names.count, "two tensors of a checkpoint have one name")
        precondition(!names.contains("__metadata__"), "no tensor can be called __metadata__")
        precondition(!metadata.keys.contains { $0.hasPrefix(CheckpointKey.prefix) }, "\(CheckpointKey.prefix) begins a key")
    }

    /// The tensor of this name, if there is one. Cost: O(number of tensors).
    public func tensor(named name: String) -> HostTensor? {
        tensors.first { $0.name == name }?.tensor
    }
}
