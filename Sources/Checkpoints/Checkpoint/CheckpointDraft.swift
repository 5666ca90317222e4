public import Tensors

/// A checkpoint to be written, whose tensors are brought forth one after the other, so that they need not be in memory together.
public struct CheckpointDraft {
    public struct Entry {
        public let name: String
        public let shape: Shape
        /// Gives the elements, row-major, to its argument, once; what that throws, it throws.
        let withValues: ((UnsafeBufferPointer<Float>) throws(CheckpointError) -> Void) throws(CheckpointError) -> Void

        public init(
            _ name: String, _ shape: Shape,
            withValues: @escaping ((UnsafeBufferPointer<Float>) throws(CheckpointError) -> Void) throws(CheckpointError) -> Void
        ) {
            self.name = name
            self.shape = shape
            self.withValues = withValues
        }
    }

    /// Steps that have been done.
    public let step: Int
    /// How good the network is, higher being better; nil where nobody has measured it.
    public let score: Double?
    /// Weights and state, in the order in which they are written. No name is there twice, and none is `__metadata__`.
    public let tensors: [Entry]
    /// Free text by key. Keys that begin with `partrain.` belong to the format.
    public let metadata: [String: String]

    public init(step: Int, score: Double? = nil, tensors: [Entry], metadata: [String: String] = [:]) {
        Checkpoint.check(step: step, names: tensors.map(\.name), metadata: metadata)
        self.step = step
        self.score = score
        self.tensors = tensors
        self.metadata = metadata
    }

    /// A checkpoint that is in memory.
    init(_ checkpoint: Checkpoint) {
        let entries = checkpoint.tensors.map { named in
            Entry(named.name, named.tensor.shape) { (body) throws(CheckpointError) in
                try named.tensor.values.withUnsafeBufferPointer(body)
            }
        }
        self.init(
            step: checkpoint.step, score: checkpoint.score, tensors: entries, metadata: checkpoint.metadata)
    }
}
