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
        var gradient = Differentiation(of: graph, by: inputs)
        for node in graph.nodes.reversed() { try gradient.add(node) }
        var updates: [ParameterUpdate] = []
        for (index, value) in graph.parameterValues.enumerated() where graph.parameters[index].isTrainable {
            guard let contribution = try gradient.total(of: value) else { continue }
            updates.append(
                ParameterUpdate(parameter: index, contribution: contribution, rule: rule.rule(for: graph.parameters[index])))
        }
        updates += graph.stateUpdates.map {
            ParameterUpdate(parameter: $0.parameter, contribution: $0.contribution, rule: $0.rule)
        }
        var inputGradients: [ValueID: ValueID] = [:]
        for input in inputs { inputGradients[input] = try gradient.total(of: input) }
        self.inputGradients = inputGradients
        self.graph = gradient.builder.graph
        forwardCount = graph.nodes.count
        self.updates = updates
        slots = rule.slots
        clipping = rule.clipping
    }
}
