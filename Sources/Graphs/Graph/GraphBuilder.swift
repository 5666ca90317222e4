public import Tensors

/// Grows a graph, node by node; shapes are checked as each is added.
public struct GraphBuilder: Sendable {
    public private(set) var graph: Graph
    /// Whether intermediate results are kept for the gradient.
    public let purpose: GraphPurpose
    /// By which statistics batch normalisation normalises in training.
    public let statistics: BatchStatistics
    /// By how much losses smooth the labels; nothing but in training.
    public let labelSmoothing: Float
    /// Whether dropout layers drop anything; nothing but in training.
    public let drops: Bool
    /// The layer that nodes added now belong to.
    public private(set) var layer = ""
    private var origin: NodeID?
    private var isGradient = false
    private var dropoutCount = 0
    private var layerCounts: [String: Int] = [:]
    /// What stands before the names of layers and parameters added now: `layer1`, `0`.
    private var scope: [String] = []
    /// The name of the next layer that was given none, where layers are numbered.
    private var number: String?
    /// Parameters that may be asked for again.
    private var sharedParameters: Set<Int> = []

    /// Starts a graph of batches of `batchSize` examples.
    package init(
        batchSize: Int, purpose: GraphPurpose, statistics: BatchStatistics = .microBatch, labelSmoothing: Float = 0,
        drops: Bool = true
    ) {
        graph = Graph(batchSize: batchSize)
        self.purpose = purpose
        self.statistics = statistics
        self.labelSmoothing = purpose == .training ? labelSmoothing : 0
        self.drops = purpose == .training && drops
    }

    /// Continues a graph, so that gradients can be added to it.
    init(continuing graph: Graph) {
        self.graph = graph
        purpose = .training
        statistics = .microBatch
        labelSmoothing = 0
        drops = false
        isGradient = true
    }

    /// Adds a part of the batch: something of each example.
    package mutating func addInput(_ name: String, _ type: TensorType) throws(NetworkError) -> ValueID {
        try checkSize(of: type.shape)
        let id = ValueID(graph.values.count)
        graph.values.append(Value(id: id, type: type, name: name, source: .input(graph.inputs.count)))
        graph.inputs.append(id)
        return id
    }

    /// The part of the batch of that name, such as `labels`. Throws where there is none.
    public func input(_ name: String) throws(NetworkError) -> ValueID {
        guard let id = graph.input(name) else { throw .noInput(name: name, layer: layer) }
        return id
    }

    public func type(_ value: ValueID) -> TensorType { graph.type(value) }

    /// Adds an operation. Throws what its shape rule throws, with the layer's name.
    public mutating func add(
        _ operation: any Operation, _ inputs: [ValueID], named name: String? = nil
    ) throws(NetworkError) -> [ValueID] {
        let types: [TensorType]
        do throws(NetworkError) {
            types = try operation.outputTypes(for: graph.types(inputs))
        } catch {
            throw error.inLayer(layer)
        }
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
            Node(
                id: node, operation: operation, inputs: inputs, outputs: outputs, layer: layer, isGradient: isGradient,
                origin: origin))
        return outputs
    }

    /// Adds a parameter of the current layer; where layers are repeated, the one of the first time.
    public mutating func addParameter(_ local: Parameter) throws(NetworkError) -> ValueID {
        var parameter = local
        parameter.name = path(local.name)
        if let index = graph.parameters.firstIndex(where: { $0.name == parameter.name }) {
            guard sharedParameters.contains(index) else { throw .duplicateName(layer) }
            guard graph.parameters[index].shape == parameter.shape else {
                throw .layer(
                    name: layer,
                    reason:
                        "it is repeated with a \(parameter.name) of \(parameter.shape), which was \(graph.parameters[index].shape) "
                        + "the first time; what is repeated gives what it takes")
            }
            return graph.parameterValues[index]
        }
        try checkSize(of: parameter.shape)
        let id = ValueID(graph.values.count)
        graph.values.append(
            Value(
                id: id, type: parameter.type, name: parameter.name,
                source: .parameter(graph.parameters.count)))
        graph.parameters.append(parameter)
        graph.parameterValues.append(id)
        return id
    }

    /// Declares something that the graph computes for whoever runs it. Losses and metrics are one number an example [N].
    ///
    /// A loss comes from an operation that is a `LossOperation`. Throws where there is an output of that name, or of another shape.
    public mutating func addOutput(
        _ value: ValueID, named name: String, _ role: GraphOutput.Role
    ) throws(NetworkError) {
        guard graph.output(name) == nil else { throw .duplicateName(name) }
        guard role == .scores ? type(value).shape.rank == 2 : type(value).shape == [graph.batchSize] else {
            throw .shape(
                operation: "output \(name)", expected: role == .scores ? "[N, classes]" : "a number for each example [N]",
                actual: "\(type(value).shape)")
        }
        graph.outputs.append(GraphOutput(name: name, value: value, role: role))
    }

    /// Has each training step update a state, of kind `Parameter.Kind.state`, by a rule from what the step computes. Where a worker has
    /// a part of the batch, `contribution` is its part of a sum over the batch. Does nothing in a graph for inference.
    public mutating func addUpdate(
        of state: ValueID, from contribution: ValueID, rule: any UpdateRule
    ) throws(NetworkError) {
        guard case .parameter(let index) = graph.value(state).source, graph.parameters[index].kind == .state else {
            throw .layer(
                name: layer, reason: "\(graph.value(state).name) is no state, so that nothing but its gradient may change it")
        }
        guard type(contribution).shape == type(state).shape else {
            throw .shape(
                operation: "update of \(graph.value(state).name)", expected: "\(type(state).shape)",
                actual: "\(type(contribution).shape)")
        }
        guard rule.slots.isEmpty else {
            throw .layer(
                name: layer, reason: "\(rule.name) keeps more than the state itself, \(rule.slots.joined(separator: ", "))")
        }
        guard purpose == .training else { return }
        graph.stateUpdates.append(StateUpdate(parameter: index, contribution: contribution, rule: rule))
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

    /// The name of a layer that was given none: its kind and a count, `relu1`, `relu2`; its number where layers are numbered.
    public mutating func nextName(_ kind: String) -> String {
        if let number = number.take() { return number }
        layerCounts[path(kind), default: 0] += 1
        return "\(kind)\(layerCounts[path(kind), default: 0])"
    }

    private func path(_ name: String) -> String { (scope + [name]).joined(separator: ".") }

    /// Runs `body` with `name` and a point before the names of all layers and parameters that it adds. Where there is no name it is the
    /// number of the layer, if layers are numbered, and nothing otherwise.
    public mutating func inScope<R>(
        _ name: String?, _ body: (inout GraphBuilder) throws(NetworkError) -> R
    ) throws(NetworkError) -> R {
        guard let name = name ?? number.take() else { return try body(&self) }
        let outer = (scope, number)
        (scope, number) = (scope + [name], nil)
        defer { (scope, number) = outer }
        do throws(NetworkError) {
            return try body(&self)
        } catch {
            throw error.inScope(scope.joined(separator: "."))
        }
    }

    /// Runs `body` with the first layer that it adds, of those that were given no name, being named by `number`.
    package mutating func numbering<R>(
        _ number: Int, _ body: (inout GraphBuilder) throws(NetworkError) -> R
    ) throws(NetworkError) -> R {
        let outer = self.number
        self.number = "\(number)"
        defer { self.number = outer }
        return try body(&self)
    }

    /// Runs `body` several times, with the same parameters and names each time.
    package mutating func repeating(
        _ count: Int, _ body: (inout GraphBuilder) throws(NetworkError) -> Void
    ) throws(NetworkError) {
        let (names, shared, first) = (layerCounts, sharedParameters, graph.parameters.count)
        defer { sharedParameters = shared }
        for _ in 0..<count {
            layerCounts = names
            try body(&self)
            sharedParameters.formUnion(first..<graph.parameters.count)
        }
    }

    /// Runs `body` for its parameters alone: its operations are not part of the graph. The parameters of a graph are the same for every
    /// purpose, also where one has no use for some.
    package mutating func addingParametersOnly(_ body: (inout GraphBuilder) throws(NetworkError) -> Void) throws(NetworkError) {
        let before = graph
        try body(&self)
        var after = before
        for (parameter, value) in zip(graph.parameters, graph.parameterValues).dropFirst(before.parameters.count) {
            let id = ValueID(after.values.count)
            after.values.append(
                Value(
                    id: id, type: graph.type(value), name: parameter.name, source: .parameter(after.parameters.count)))
            after.parameters.append(parameter)
            after.parameterValues.append(id)
        }
        graph = after
    }

    /// Runs `body` with added nodes belonging to `layer`.
    public mutating func inLayer<R>(
        _ layer: String, _ body: (inout GraphBuilder) throws(NetworkError) -> R
    ) throws(NetworkError) -> R {
        let outer = self.layer
        self.layer = path(layer)
        defer { self.layer = outer }
        return try body(&self)
    }

    /// Runs `body` with added nodes being part of the gradient of `node`.
    mutating func inGradient<R>(
        of node: Node, _ body: (inout GraphBuilder) throws(NetworkError) -> R
    ) throws(NetworkError) -> R {
        origin = node.id
        defer { origin = nil }
        return try inLayer(node.layer, body)
    }
}

/// What a graph is for.
public enum GraphPurpose: Sendable, Hashable {
    /// Dropout drops; what a gradient needs is kept.
    case training
    /// Dropout does nothing; nothing is kept.
    case inference
}
