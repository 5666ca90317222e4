/// A graph's gradient as it grows: behind the forward operations those that compute it, from the last to the first.
struct Differentiation {
    private let graph: Graph
    private(set) var builder: GraphBuilder
    private let needed: Set<ValueID>
    private let lossWeights: [ValueID: Float]
    /// What the consumers of a value contribute to its gradient, from the last consumer to the first.
    private var contributions: [ValueID: [ValueID]] = [:]

    /// - Parameter inputs: parts of the batch by which to differentiate beside the trainable parameters.
    init(of graph: Graph, by inputs: [ValueID]) {
        self.graph = graph
        builder = GraphBuilder(continuing: graph)
        needed = Self.valuesThatNeedGradients(graph, by: inputs)
        lossWeights = graph.lossWeights
    }

    /// Adds the gradients of a node's inputs. All nodes that read its outputs have been added.
    mutating func add(_ node: Node) throws(NetworkError) {
        let needs = node.inputs.map { needed.contains($0) }
        guard needs.contains(true) else { return }
        var outputGradients = [ValueID?]()
        for output in node.outputs { outputGradients.append(try total(of: output)) }
        let weight = lossWeights[node.outputs[0]]
        guard weight != nil || outputGradients.contains(where: { $0 != nil }) else { return }
        let gradients = try builder.inGradient(of: node) { builder throws(NetworkError) in
            if let weight, let operation = node.operation as? any LossOperation {
                return try operation.gradient(of: node, weight: weight, needed: needs, in: &builder)
            }
            guard let operation = node.operation as? any DifferentiableOperation else {
                throw .notDifferentiable(operation: node.operation.name)
            }
            return try operation.gradient(of: node, outputGradients: outputGradients, needed: needs, in: &builder)
        }
        for (input, gradient) in zip(node.inputs, gradients) where needed.contains(input) {
            if let gradient { contributions[input, default: []].append(gradient) }
        }
    }

    /// The gradient of a value: what its consumers contribute, added in their order. Nil where nothing depends on it.
    mutating func total(of value: ValueID) throws(NetworkError) -> ValueID? {
        guard let parts = contributions[value], let first = parts.first, let last = parts.last else { return nil }
        guard parts.count > 1 else { return first }
        // The sum goes with the layer of the first consumer.
        let layer = if case .node(let node) = builder.graph.value(last).source { builder.graph.node(node).layer } else { "" }
        let sum = try builder.inLayer(layer) { builder throws(NetworkError) in
            try builder.add(Addition(), parts.reversed(), named: "∇\(graph.value(value).name)")[0]
        }
        contributions[value] = [sum]
        return sum
    }

    /// Every value that a trainable parameter or one of `inputs` has an influence on, and those themselves.
    private static func valuesThatNeedGradients(_ graph: Graph, by inputs: [ValueID]) -> Set<ValueID> {
        let parameters = graph.parameterValues.enumerated().filter { graph.parameters[$0.offset].isTrainable }.map(\.element)
        var needed = Set(parameters + inputs)
        for node in graph.nodes where node.inputs.contains(where: needed.contains) {
            needed.formUnion(node.outputs)
        }
        return needed
    }
}
