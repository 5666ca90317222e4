public import Networks
public import Tensors

/// Names a tensor of a placed graph.
public struct PlacedID: Sendable, Hashable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
}

/// A graph's tensor together with where it lives. One tensor of the graph may live in several ways, one after the other.
public struct PlacedValue: Sendable {
    public let id: PlacedID
    /// The tensor of the graph that it is.
    public let value: ValueID
    public let name: String
    /// The whole tensor's type.
    public let type: TensorType
    /// One placement per mesh axis.
    public let placements: [Placement]
}

/// How devices turn one placement into another.
public enum CollectiveKind: String, Sendable, Hashable, CaseIterable {
    /// partial → replicated: everyone gets the sum.
    case allReduce = "all-reduce"
    /// partial → split: everyone gets a block of the sum.
    case reduceScatter = "reduce-scatter"
    /// split → replicated: everyone gets all blocks.
    case allGather = "all-gather"
    /// split along one dimension → split along another.
    case allToAll = "all-to-all"
    /// replicated → split: everyone keeps a block of what it has; nothing moves between devices.
    case slice = "slice"

    /// Whether values of several workers are added.
    public var reduces: Bool { self == .allReduce || self == .reduceScatter }
}

/// One step of a placed graph, the same for every worker but for the blocks that it works on.
public enum PlacedInstruction: Sendable {
    /// Takes a block of a part of the batch.
    case load(PlacedID)
    /// Computes a node; one sharding per mesh axis.
    case compute(node: NodeID, shardings: [PlacementRule.Sharding], inputs: [PlacedID], outputs: [PlacedID])
    /// Changes a placement along some mesh axes.
    case collective(CollectiveKind, axes: [Int], input: PlacedID, output: PlacedID)
    /// Sums what all micro-batches, of the workers along `axes`, contribute: a segment of the schedule ends here.
    case sumOverBatch(node: NodeID, axes: [Int], input: PlacedID, output: PlacedID)
    /// Sums a gradient over `axes` so that each worker of them gets one slice of its elements.
    case reduceGradient(parameter: Int, gradient: PlacedID, axes: [Int])
    /// Adds up the squares of the worker's slice of a gradient, which lies over `axes`, and of the parameter.
    case squares(parameter: Int, gradient: PlacedID, axes: [Int])
    /// Makes norms of all workers' squares.
    case norms
    /// Updates the worker's slice of a parameter (all of it where `axes` is empty) and the optimizer's state of that slice.
    case update(parameter: Int, gradient: PlacedID, axes: [Int])
    /// Completes a parameter from the slices that the workers of `axes` updated.
    case gatherParameter(parameter: Int, axes: [Int])
}

/// A graph in which every tensor has a place: what every device does in a step, before their blocks are worked out.
public struct PlacedGraph: Sendable {
    public let graph: Graph
    public let mesh: Mesh
    public let strategyName: String
    public internal(set) var values: [PlacedValue] = []
    public internal(set) var instructions: [PlacedInstruction] = []
    /// Where each parameter lives, in the order of `graph.parameters`.
    public internal(set) var parameters: [PlacedID] = []
    /// How many of `instructions`, from the first on, are repeated in every micro-step; the updates come after them, once.
    public internal(set) var microStepInstructionCount = 0
    /// The mesh axes along which the batch is divided anywhere.
    public internal(set) var batchAxes: [Int] = []
    /// Those of them, the innermost, along which the batch is gathered in the middle of a step.
    public internal(set) var innerBatchAxes: [Int] = []
    /// What changes each parameter that learns, by its place in `graph.parameters`.
    public internal(set) var rules: [Int: any UpdateRule] = [:]
    /// What the update rule keeps for each element of a parameter, by name.
    public internal(set) var slots: [String] = []
    /// How large all gradients together may be.
    public internal(set) var clipping: GradientClipping?
    /// Which micro-batch each worker computes in which micro-step.
    public internal(set) var schedule = MicroBatchSchedule(microBatches: 1, runs: 1, groupSize: 1)
    /// The graph's outputs in the places where all of an example is together, in their order.
    public internal(set) var outputs: [PlacedID] = []
    /// Layers with parameters that are not divided although the strategy asked for it.
    public internal(set) var undividedLayers: [String] = []

    public subscript(id: PlacedID) -> PlacedValue { values[id.index] }

    /// The index ranges, one per dimension, of the block of a value that `worker` holds in a micro-step. Parameters and their
    /// gradients are the same in every micro-step.
    public func ranges(of id: PlacedID, worker: Int, microStep: Int = 0) -> [Range<Int>] {
        let value = self[id]
        let coordinates = mesh.coordinates(of: worker)
        return value.type.shape.dimensions.enumerated().map { dimension, extent in
            let axes = value.placements.indices.filter { value.placements[$0] == .split(dimension) }
            if value.type.axes[dimension] == .example {
                return schedule.examples(
                    ofMicroBatches: microBatches(along: axes, coordinates, microStep: microStep), batchSize: extent)
            }
            let parts = axes.reduce(1) { $0 * mesh.extents[$1] }
            let index = axes.reduce(0) { $0 * mesh.extents[$1] + coordinates[$1] }
            return BalancedPartition(of: extent, into: parts)[index]
        }
    }
}

extension PlacedInstruction {
    /// The tensors that it reads in a micro-step.
    public var inputs: [PlacedID] {
        switch self {
        case .compute(_, _, let inputs, _): inputs
        case .collective(_, _, let input, _), .sumOverBatch(_, _, let input, _): [input]
        case .load, .reduceGradient, .squares, .norms, .update, .gatherParameter: []
        }
    }

    /// The tensors that it makes.
    public var outputs: [PlacedID] {
        switch self {
        case .load(let id): [id]
        case .compute(_, _, _, let outputs): outputs
        case .collective(_, _, _, let output), .sumOverBatch(_, _, _, let output): [output]
        case .reduceGradient, .squares, .norms, .update, .gatherParameter: []
        }
    }
}
