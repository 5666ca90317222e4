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
        /// A part of the batch, by its place in `Graph.inputs`.
        case input(Int)
        /// A parameter, by its place in `Graph.parameters`.
        case parameter(Int)
        /// A node's output.
        case node(NodeID)
    }

    public let id: ValueID
    public let type: TensorType
    /// For people: `images`, `conv1`, `conv1.weight`, `∇conv1`.
    public let name: String
    public let source: Source
}

/// One operation of a graph, between its inputs and outputs.
public struct Node: Sendable {
    public let id: NodeID
    public let operation: any Operation
    public let inputs: [ValueID]
    public let outputs: [ValueID]
    /// The layer it belongs to; of a sum of gradients the first of those whose gradients it adds.
    public let layer: String
    /// Whether it belongs to the gradient, not to the forward pass.
    public let isGradient: Bool
    /// For a gradient's operation: the forward node whose gradient it is part of. It is divided among devices as that one is.
    public let origin: NodeID?
}

/// Something that a graph computes for whoever runs it.
public struct GraphOutput: Sendable, Hashable {
    public enum Role: Sendable, Hashable {
        /// One number for each example [N], whose mean over the batch, times a weight, is part of what training makes small.
        case loss(weight: Float)
        /// One number for each example [N], to be counted.
        case metric
        /// The scores of the classes [N, classes].
        case scores
    }

    /// `loss`, `rank`, `scores`.
    public let name: String
    public let value: ValueID
    public let role: Role

    public init(name: String, value: ValueID, role: Role) {
        (self.name, self.value, self.role) = (name, value, role)
    }
}

/// What a step makes of a state, beside the gradient.
public struct StateUpdate: Sendable {
    /// Its place in the graph's parameters.
    public let parameter: Int
    /// Shaped like the state. Where workers have parts of the batch it is the sum of what they compute.
    public let contribution: ValueID
    public let rule: any UpdateRule
}

/// A network for a given batch as operations on tensors of known shape, in an order in which they can run.
public struct Graph: Sendable {
    public internal(set) var values: [Value] = []
    public internal(set) var nodes: [Node] = []
    /// What a batch consists of. Their names are those of the values.
    public internal(set) var inputs: [ValueID] = []
    public package(set) var parameters: [Parameter] = []
    /// The parameters' values, in the order of `parameters`.
    public internal(set) var parameterValues: [ValueID] = []
    /// The losses, the metrics and the scores, in the order in which they were declared.
    public internal(set) var outputs: [GraphOutput] = []
    /// What changes the states in a training step.
    public internal(set) var stateUpdates: [StateUpdate] = []
    /// The batch's global size (N).
    public let batchSize: Int

    public func value(_ id: ValueID) -> Value { values[id.index] }
    public func node(_ id: NodeID) -> Node { nodes[id.index] }
    public func type(_ id: ValueID) -> TensorType { values[id.index].type }
    public func types(_ ids: [ValueID]) -> [TensorType] { ids.map { values[$0.index].type } }

    /// The part of the batch of that name.
    public func input(_ name: String) -> ValueID? { inputs.first { value($0).name == name } }

    /// The first output of that name.
    public func output(_ name: String) -> GraphOutput? { outputs.first { $0.name == name } }

    /// The weights of the losses, by their values.
    public var lossWeights: [ValueID: Float] {
        var weights: [ValueID: Float] = [:]
        for output in outputs { if case .loss(let weight) = output.role { weights[output.value] = weight } }
        return weights
    }

    /// The scores of the classes [N, classes]: what a network is for.
    public var scores: ValueID {
        guard let scores = outputs.first(where: { $0.role == .scores }) else { preconditionFailure("a graph without scores") }
        return scores.value
    }

    /// How many classes the scores tell apart.
    public var classCount: Int { type(scores).shape[1] }
}
