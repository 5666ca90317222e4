public import Tensors

/// Grows a graph, node by node; shapes are checked as each is added.
public struct GraphBuilder: Sendable {
    public private(set) var graph: Graph
    /// Whether dropout drops and intermediate results are kept for the gradient.
    public let purpose: GraphPurpose
    /// The layer that nodes added now belong to.
    public private(set) var layer = ""
    private var origin: NodeID?
    private var dropoutCount = 0
    private var layerCounts: [String: Int] = [:]

    /// Starts a graph whose inputs are `batchSize` images of `imageShape` [C, H, W] and their labels.
    init(batchSize: Int, imageShape: Shape, purpose: GraphPurpose) throws(NetworkError) {
        let none = ValueID(-1)
        graph = Graph(
            batchSize: batchSize, images: ValueID(0), labels: ValueID(1), losses: none, ranks: none, scores: none)
        self.purpose = purpose
        graph.values = [
            Value(
                id: ValueID(0), type: TensorType(Shape([batchSize] + imageShape.dimensions)), name: "images", source: .images),
            Value(id: ValueID(1), type: TensorType([batchSize], .int32), name: "labels", source: .labels),
        ]
        try checkSize(of: graph.values[0].type.shape)
    }

    /// Continues a graph, so that gradients can be added to it.
    init(continuing graph: Graph) {
        self.graph = graph
        purpose = .training
    }

    public func type(_ value: ValueID) -> TensorType { graph.type(value) }

    /// Adds an operation. Throws what its shape rule throws.
    public mutating func add(
        _ operation: any Operation, _ inputs: [ValueID], named name: String? = nil
    ) throws(NetworkError) -> [ValueID] {
        let types = try operation.outputTypes(for: graph.types(inputs))
        for type in types { try checkSize(of: type.shape) }
        let work = operation.cost(inputs: graph.types(inputs), outputs: types).floatingPointOperations
        guard work <= Self.mostWork else {
            throw .tooLarge(
                layer: layer, what: "its \(operation.name) takes \(work) floating-point operations or more", most: Self.mostWork)
        }
        let node = NodeID(graph.nodes.count)
        var outputs = [ValueID]()
        for (index, type) in types.enumerated() {
            let id = ValueID(graph.values.count)
            let suffix = index == 0 ? "" : ".\(index)"
            graph.values.append(Value(id: id, type: type, name: (name ?? layer) + suffix, source: .node(node)))
            outputs.append(id)
        }
        graph.nodes.append(
            Node(id: node, operation: operation, inputs: inputs, outputs: outputs, layer: layer, origin: origin))
        return outputs
    }

    /// Adds a parameter of the current layer.
    public mutating func addParameter(_ parameter: Parameter) throws(NetworkError) -> ValueID {
        guard !graph.parameters.contains(where: { $0.name == parameter.name }) else {
            throw .duplicateName(layer)
        }
        try checkSize(of: parameter.shape)
        let id = ValueID(graph.values.count)
        graph.values.append(
            Value(
                id: id, type: TensorType(parameter.shape), name: parameter.name,
                source: .parameter(graph.parameters.count)))
        graph.parameters.append(parameter)
        graph.parameterValues.append(id)
        return id
    }

    /// The most elements of a tensor: 64 tebibytes in single precision.
    private static let mostElements = 1 << 44
    /// The most floating-point operations of one operation: days on any machine. Sums over a network's operations fit into 64 bits.
    private static let mostWork = 1 << 54

    private func checkSize(of shape: Shape) throws(NetworkError) {
        guard let count = shape.countedElements, count <= Self.mostElements else {
            throw .tooLarge(layer: layer, what: "a tensor of \(shape) elements", most: Self.mostElements)
        }
    }

    /// The number of the next dropout operation: its stream of random numbers.
    public mutating func nextDropoutStream() -> UInt32 {
        defer { dropoutCount += 1 }
        return UInt32(dropoutCount)
    }

    /// The name of a layer that was given none: its kind and a count, `relu1`, `relu2`.
    public mutating func nextName(_ kind: String) -> String {
        layerCounts[kind, default: 0] += 1
        return "\(kind)\(layerCounts[kind, default: 0])"
    }

    /// Runs `body` with added nodes belonging to `layer`.
    public mutating func inLayer<R>(
        _ layer: String, _ body: (inout GraphBuilder) throws(NetworkError) -> R
    ) throws(NetworkError) -> R {
        let outer = self.layer
        self.layer = layer
        defer { self.layer = outer }
        return try body(&self)
    }

    /// Runs `body` with added nodes being part of the gradient of `node`.
    mutating func inGradient<R>(
        of node: Node, _ body: (inout GraphBuilder) throws(NetworkError) -> R
    ) throws(NetworkError) -> R {
        origin = node.id
        layer = node.layer
        defer {
            origin = nil
            layer = ""
        }
        return try body(&self)
    }

    mutating func finish(scores: ValueID, losses: ValueID, ranks: ValueID) -> Graph {
        graph.scores = scores
        graph.losses = losses
        graph.ranks = ranks
        return graph
    }
}

/// What a graph is for.
public enum GraphPurpose: Sendable, Hashable {
    /// Dropout drops; what a gradient needs is kept.
    case training
    /// Dropout does nothing; nothing is kept.
    case inference
}
