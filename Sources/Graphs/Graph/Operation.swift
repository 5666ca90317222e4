public import Tensors

/// Everything that is true of an operation wherever it runs: its shapes, its legal placements, its cost. How it is
/// computed is said by its kernel (target Kernels) and its reference loop (target ReferenceKernels).
public protocol Operation: Sendable {
    /// The field's name for it: `convolution`, `max pooling`.
    var name: String { get }

    /// The shape rule. Throws when the inputs do not fit the operation or each other.
    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType]

    /// Every legal way to spread the operation over `parts` devices of one mesh axis, the one that divides nothing included.
    func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule]

    /// The operation as one device does it on its block.
    func localized(to block: LocalBlock) -> any Operation

    /// What one execution on these shapes costs.
    func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost

    /// The attributes worth printing beside the name: `11×11, stride 4`.
    var attributes: String { get }

    /// Whether what it computes of an example depends on the others of the micro-batch, so that it must be given one micro-batch at a time.
    var mixesExamples: Bool { get }

    /// Whether it is a mere pass over memory, which an operation before or behind it could make on the way: elements come of the elements at
    /// the same place, of numbers of a channel or an example, or from another place unchanged; or they are summed up as they go by.
    var canBeFused: Bool { get }
}

extension Operation {
    public func localized(to block: LocalBlock) -> any Operation { self }
    public var attributes: String { "" }
    public var mixesExamples: Bool { false }
    public var canBeFused: Bool { false }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(floatingPointOperations: outputs.first?.shape.elementCount ?? 0, inputs: inputs, outputs: outputs)
    }
}

/// An operation that may stand in a network: it says its gradient as further operations.
public protocol DifferentiableOperation: Operation {
    /// Emits the operations that turn the gradients of the outputs into those of the inputs.
    ///
    /// - Parameters:
    ///   - node: the forward node; its inputs and outputs may be read by the gradient's operations.
    ///   - outputGradients: one per output, `nil` where nothing depends on that output.
    ///   - needed: which inputs' gradients are asked for; the others are not computed.
    /// - Returns: one gradient per input, `nil` where not needed or identically zero.
    func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?]
}

/// An operation whose first output is a loss: one number for each example, of which training makes the mean small.
public protocol LossOperation: Operation {
    /// Emits the operations that compute the gradients of `weight` · Σ loss / N, N being the batch's global size: no gradient comes in.
    ///
    /// - Parameters:
    ///   - needed: which inputs' gradients are asked for.
    /// - Returns: one gradient per input, `nil` where not needed or identically zero.
    func gradient(
        of node: Node, weight: Float, needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?]
}

/// What one execution of an operation costs.
public struct OperationCost: Sendable, Hashable {
    /// A multiplication and an addition count as two.
    public var floatingPointOperations: Int
    /// Bytes read from and written to tensors, each once.
    public var bytesRead: Int
    public var bytesWritten: Int

    public init(floatingPointOperations: Int = 0, bytesRead: Int = 0, bytesWritten: Int = 0) {
        self.floatingPointOperations = floatingPointOperations
        self.bytesRead = bytesRead
        self.bytesWritten = bytesWritten
    }

    /// Of an operation that reads and writes each tensor once.
    public init(floatingPointOperations: Int, inputs: [TensorType], outputs: [TensorType]) {
        self.floatingPointOperations = floatingPointOperations
        bytesRead = inputs.reduce(0) { $0 + $1.byteCount }
        bytesWritten = outputs.reduce(0) { $0 + $1.byteCount }
    }
}
