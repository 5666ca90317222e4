public import Networks

/// One instruction of a worker's program: what it does, what it reads and writes, whose memory that is, and what it costs.
public struct Instruction: Sendable {
    /// What is to be done.
    public enum Action: Sendable {
        /// Takes a block of the batch.
        case load(PlacedID)
        /// Computes a node, as the worker does it on its block. `place` is where it stands among the placed graph's instructions.
        case compute(node: NodeID, operation: any Operation, place: Int, inputs: [PlacedID], outputs: [PlacedID])
        /// Brings a tensor from one placement to another.
        case collective(CollectiveKind, place: Int, axes: [Int], input: PlacedID, output: PlacedID)
        /// Adds a partial sum over the worker's own micro-batches to its left neighbour in the tree. `term` is the tensor that each micro-batch
        /// contributes.
        case add(BatchSum, term: PlacedID, left: Range<Int>, right: Range<Int>)
        /// Adds up what all micro-batches contribute. `place` is where it stands among the placed graph's instructions.
        case sumOverBatch(place: Int, axes: [Int], input: PlacedID, output: PlacedID)
        /// Sums the worker's slice of a gradient over the workers of `axes`.
        case reduce(parameter: Int, gradient: PlacedID, axes: [Int])
        /// Adds up the squares of the worker's part of a gradient and of its parameter.
        case squares(parameter: Int, gradient: PlacedID, axes: [Int])
        /// Makes norms of all workers' squares, and what gradients are to be multiplied by.
        case norms
        /// Updates the worker's slice of a parameter, all of it where `axes` is empty.
        case update(parameter: Int, gradient: PlacedID, axes: [Int])
        /// Completes a parameter from the slices that the workers of `axes` have updated.
        case gather(parameter: Int, axes: [Int])
        /// Tells that all before it is done. What the collectives at `publishing` read lies as its readers expect it from then on.
        case signal(Signal, publishing: [Int])
        /// Waits for signals of other workers. `place` is what stands behind it in the placed graph.
        case wait([Signal], place: Int)
    }

    public enum Kind: Sendable, Hashable {
        case load
        case compute
        /// Adds partial sums over the worker's own micro-batches.
        case accumulate
        case exchange(CollectiveKind)
        /// Adds squares, or makes norms of them.
        case norm
        case update
        case signal
        case wait
    }

    /// Its place in the program.
    public let id: Int
    public let action: Action
    /// The micro-step that it belongs to, counted from 0; nil for what comes once in a step.
    public let microStep: Int?
    /// Whether it belongs to the gradient, not to the forward pass.
    public let isGradient: Bool
    /// The layer that it belongs to: that which makes the tensor, or whose parameter it is. Empty for signals and waits.
    public let layer: String
    /// `convolution 11×11, stride 4`, `all-gather`, `update`.
    public let title: String
    /// The layer, or the parameter's or tensor's name, that the title is of.
    public let subject: String
    public let inputs: [Operand]
    public let outputs: [Operand]
    /// The first of what it makes; nil where it makes nothing.
    public let result: LocalTensor?
    /// What reaches it from other devices.
    public let received: ExchangeCount
    public let cost: OperationCost

    public var kind: Kind {
        switch action {
        case .load: .load
        case .compute: .compute
        case .collective(let kind, _, _, _, _): .exchange(kind)
        case .add: .accumulate
        case .sumOverBatch: .exchange(.allReduce)
        case .reduce: .exchange(.reduceScatter)
        case .squares, .norms: .norm
        case .update: .update
        case .gather: .exchange(.allGather)
        case .signal: .signal
        case .wait: .wait
        }
    }
}

/// Something that a program reads or writes, and in whose memory it lies.
public enum Operand: Sendable, Hashable {
    /// A worker's block of a tensor; every micro-step makes it anew.
    case tensor(PlacedID, microStep: Int, worker: Int)
    /// A worker's partial sum over its micro-batches: a node of the tree of sums.
    case partialSum(BatchSum, node: Range<Int>, worker: Int)
    /// A worker's copy of a sum over the batch: one for all micro-steps.
    case batchSum(PlacedID, worker: Int)
    /// The sum over all workers of one worker's slice.
    case gradientSlice(parameter: Int, worker: Int)
    /// The sums of the squares of one worker's part of a gradient and of its parameter.
    case squares(parameter: Int, worker: Int)
    /// The norms of all parameters and gradients, as a worker has made them for itself.
    case norms(worker: Int)
    /// Of a device's copy of a parameter the elements that one worker updates.
    case parameterSlice(Int, device: Int, updatedBy: Int)
    /// All of a device's copy of a parameter.
    case parameter(Int, device: Int)
}

/// A worker has done all that stands before its signal of this number, counted from 1 in each step.
public struct Signal: Sendable, Hashable {
    public let worker: Int
    public let number: Int

    public init(worker: Int, number: Int) {
        (self.worker, self.number) = (worker, number)
    }
}
