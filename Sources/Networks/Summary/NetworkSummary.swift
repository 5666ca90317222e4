public import Graphs
public import Tensors

/// What a network consists of, layer by layer: sizes, work and memory for one batch.
public struct NetworkSummary: Sendable, Hashable {
    /// One layer, together with an activation that follows it directly; reshapes are left out.
    public struct Row: Sendable, Hashable {
        /// The layer's name; that of the first if others are folded into it.
        public let layer: String
        /// The operations with their attributes: `convolution 11×11, stride 4 + ReLU`.
        public internal(set) var operations: String
        /// [N, …]
        public internal(set) var output: Shape
        /// Trainable parameters, elements.
        public internal(set) var parameterCount = 0
        /// Floating-point operations of the forward pass, the whole batch.
        public internal(set) var forwardOperations = 0
        /// Floating-point operations of the gradient; none where the graph has none.
        public internal(set) var gradientOperations = 0
        /// Bytes of the forward pass's results, before any memory is used twice.
        public internal(set) var activationBytes = 0
    }

    /// N
    public let batchSize: Int
    /// In the order in which the layers run.
    public let rows: [Row]
    /// Whether the graph has its gradient, so that the work of a whole step is known.
    public let hasGradient: Bool

    public init(of graph: Graph) {
        self.init(graph, forwardCount: graph.nodes.count)
    }

    public init(of training: TrainingGraph) {
        self.init(training.graph, forwardCount: training.forwardCount)
    }

    private init(_ graph: Graph, forwardCount: Int) {
        var builder = SummaryBuilder(graph: graph)
        for node in graph.nodes[..<forwardCount] { builder.addForward(node) }
        for node in graph.nodes[forwardCount...] { builder.addGradient(node) }
        batchSize = graph.batchSize
        rows = builder.rows
        hasGradient = forwardCount < graph.nodes.count
    }

    /// Trainable parameters, elements.
    public var parameterCount: Int { rows.reduce(0) { $0 + $1.parameterCount } }
    /// Floating-point operations of the forward pass, the whole batch.
    public var forwardOperations: Int { rows.reduce(0) { $0 + $1.forwardOperations } }
    /// Floating-point operations of forward pass and gradient, the whole batch; without the update.
    public var stepOperations: Int { rows.reduce(0) { $0 + $1.forwardOperations + $1.gradientOperations } }
    /// Bytes of the forward pass's results, before any memory is used twice.
    public var activationBytes: Int { rows.reduce(0) { $0 + $1.activationBytes } }
}

/// Collects a summary's rows, node by node.
private struct SummaryBuilder {
    let graph: Graph
    var rows: [NetworkSummary.Row] = []
    private var rowOfLayer: [String: Int] = [:]
    private var countedParameters: Set<Int> = []

    init(graph: Graph) {
        self.graph = graph
    }

    mutating func addForward(_ node: Node) {
        // A reshape's result is its input, seen differently: no work, no memory.
        if node.operation is Reshape, !rows.isEmpty {
            rowOfLayer[node.layer] = rowOfLayer[node.layer] ?? rows.count - 1
            return
        }
        let place = row(for: node)
        rows[place].output = graph.type(node.outputs[0]).shape
        rows[place].forwardOperations += cost(of: node)
        rows[place].activationBytes += graph.types(node.outputs).reduce(0) { $0 + $1.byteCount }
        for input in node.inputs {
            guard case .parameter(let index) = graph.value(input).source, countedParameters.insert(index).inserted else {
                continue
            }
            // Frozen ones are among a network's parameters; constants and states are not.
            if graph.parameters[index].kind.isLearned {
                rows[place].parameterCount += graph.parameters[index].shape.elementCount
            }
        }
    }

    mutating func addGradient(_ node: Node) {
        guard let place = rowOfLayer[node.layer] else { return }
        rows[place].gradientOperations += cost(of: node)
    }

    private func cost(of node: Node) -> Int {
        node.operation.cost(inputs: graph.types(node.inputs), outputs: graph.types(node.outputs)).floatingPointOperations
    }

    /// The row that the node belongs to, made if there is none; the node's operation is written into it.
    private mutating func row(for node: Node) -> Int {
        let attributes = node.operation.attributes
        let text = node.operation.name + (attributes.isEmpty ? "" : " " + attributes)
        let continuesLast = node.id.index > 0 && graph.nodes[node.id.index - 1].outputs.first == node.inputs.first
        let place: Int
        if let own = rowOfLayer[node.layer] {
            place = own
        } else if node.operation is Activation, continuesLast {
            place = rows.count - 1
        } else {
            rowOfLayer[node.layer] = rows.count
            rows.append(NetworkSummary.Row(layer: node.layer, operations: text, output: graph.type(node.outputs[0]).shape))
            return rows.count - 1
        }
        rowOfLayer[node.layer] = place
        rows[place].operations += " + " + text
        return place
    }
}
