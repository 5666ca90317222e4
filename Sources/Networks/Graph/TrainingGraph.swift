import Tensors

/// What changes a parameter at the end of a step.
public struct ParameterUpdate: Sendable {
    /// Its place in the graph's parameters.
    public let parameter: Int
    /// The gradient; of a state, what it is updated from.
    public let contribution: ValueID
    /// As it is for this parameter.
    public let rule: any UpdateRule
}

/// A graph with its gradient: everything that one training step computes, before any device is known.
public struct TrainingGraph: Sendable {
    /// The forward operations and, behind them, those of the gradient.
    public let graph: Graph
    /// The number of forward nodes; those from here on belong to the gradient.
    public let forwardCount: Int
    /// The parameters that learn and the states, and what changes them.
    public let updates: [ParameterUpdate]
    /// What the update rule keeps for each element of a parameter, by name.
    public let slots: [String]
    /// How large all gradients together may be.
    public let clipping: GradientClipping?
    /// The gradients by parts of the batch, where they were asked for and are not zero everywhere.
    package let inputGradients: [ValueID: ValueID]

    /// Differentiates the weighted sum of the graph's mean losses by its trainable parameters.
    ///
    /// Goes through the nodes from last to first; where a value feeds several nodes, their contributions are added in the
    /// order of the consumers. No gradient is computed that no parameter needs (the images', for one).
    /// Throws `NetworkError.notDifferentiable` when an operation on the way has no gradient.
    ///
    /// - Parameter rule: how the gradients change the parameters.
    public init(of graph: Graph, rule: any UpdateRule = GradientDescent()) throws(NetworkError) {
        try self.init(of: graph, rule: rule, by: [])
    }

    /// The same, with the gradients by `inputs`, which are parts of the batch, as well.
    package init(of graph: Graph, rule: any UpdateRule, by inputs: [ValueID]) throws(NetworkError) {
        var builder = GraphBuilder(continuing: graph)
        let needed = Self.valuesThatNeedGradients(graph, by: inputs)
        let lossWeights = graph.lossWeights
        var contributions: [ValueID: [ValueID]] = [:]

        func total(_ value: ValueID, _ builder: inout GraphBuilder) throws(NetworkError) -> ValueID? {
            guard let parts = contributions[value], let first = parts.first else { return nil }
            guard parts.count > 1 else { return first }
            // Contributions came from the last consumer to the first.
            let consumer = parts.last.flatMap { part -> Node? in
                guard case .node(let node) = builder.graph.value(part).source else { return nil }
                return builder.graph.node(node)
            }
            let sum = try builder.inLayer(consumer?.layer ?? "") { builder throws(NetworkError) in
                try builder.add(Addition(), parts.reversed(), named: "∇\(graph.value(value).name)")[0]
            }
            contributions[value] = [sum]
            return sum
        }

        for node in graph.nodes.reversed() {
            let needs = node.inputs.map { needed.contains($0) }
            guard needs.contains(true) else { continue }
            var outputGradients = [ValueID?]()
            for output in node.outputs { outputGradients.append(try total(output, &builder)) }
            let weight = lossWeights[node.outputs[0]]
            guard weight != nil || outputGradients.contains(where: { $0 != nil }) else { continue }
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

        var updates: [ParameterUpdate] = []
        for (index, value) in graph.parameterValues.enumerated() where graph.parameters[index].isTrainable {
            guard let gradient = try total(value, &builder) else { continue }
            updates.append(
                ParameterUpdate(parameter: index, contribution: gradient, rule: rule.rule(for: graph.parameters[index])))
        }
        updates += graph.stateUpdates.map {
            ParameterUpdate(parameter: $0.parameter, contribution: $0.contribution, rule: $0.rule)
        }
        var inputGradients: [ValueID: ValueID] = [:]
        for input in inputs { inputGradients[input] = try total(input, &builder) }
        self.inputGradients = inputGradients
        self.graph = builder.graph
        forwardCount = graph.nodes.count
        self.updates = updates
        slots = rule.slots
        clipping = rule.clipping
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
