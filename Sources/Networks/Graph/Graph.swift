public import Tensors

/// Names a tensor of a graph.
public struct ValueID: Sendable, Hashable, Comparable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// Names a node of a graph.
public struct NodeID: Sendable, Hashable, Comparable {
    public let index: Int
    public init(_ index: Int) { self.index = index }
    public static func < (a: Self, b: Self) -> Bool { a.index < b.index }
}

/// A tensor of a graph: what it is and where it comes from.
public struct Value: Sendable {
    public enum Source: Sendable, Hashable {
        /// The batch's images.
        case images
        /// The batch's class labels.
        case labels
        /// A parameter, by its place in `Graph.parameters`.
        case parameter(Int)
        /// A node's output.
        case node(NodeID)
    }

    public let id: ValueID
    public let type: TensorType
    /// For people: `conv1`, `conv1.weight`, `∇conv1`.
    public let name: String
    public let source: Source
}

/// One operation of a graph, between its inputs and outputs.
public struct Node: Sendable {
    public let id: NodeID
    public let operation: any Operation
    public let inputs: [ValueID]
    public let outputs: [ValueID]
    /// The layer it belongs to.
    public let layer: String
    /// For a gradient's operation: the forward node whose gradient it is part of. It is divided among devices as that one is.
    public let origin: NodeID?
}

/// A network for a given batch as operations on tensors of known shape, in an order in which they can run.
public struct Graph: Sendable {
    public internal(set) var values: [Value] = []
    public internal(set) var nodes: [Node] = []
    public internal(set) var parameters: [Parameter] = []
    /// The parameters' values, in the order of `parameters`.
    public internal(set) var parameterValues: [ValueID] = []
    /// The batch's global size (N).
    public let batchSize: Int
    public let images: ValueID
    public let labels: ValueID
    /// Per-example losses [N], and per-example ranks [N] (how many classes score higher than the right one).
    public internal(set) var losses: ValueID
    public internal(set) var ranks: ValueID
    /// The scores before the loss [N, classes].
    public internal(set) var scores: ValueID

    /// How many classes the scores tell apart.
    public var classCount: Int { type(scores).shape[1] }

    public func value(_ id: ValueID) -> Value { values[id.index] }
    public func node(_ id: NodeID) -> Node { nodes[id.index] }
    public func type(_ id: ValueID) -> TensorType { values[id.index].type }
    public func types(_ ids: [ValueID]) -> [TensorType] { ids.map { values[$0.index].type } }
}
