package import Tensors

/// An operation that stands alone, with its gradient: a graph of what it does to its inputs, and of what it then makes of gradients
/// of its outputs.
package struct OperationGraph: Sendable {
    /// Its inputs are the operation's and, behind them, the gradients of those of its outputs that are numbers.
    package let graph: Graph
    package let outputs: [ValueID]
    /// One for each output; nil of what is no number.
    package let outputGradients: [ValueID?]
    /// One for each input, nil where it was not asked for or is zero everywhere.
    package let inputGradients: [ValueID?]

    /// Throws what the shape rules throw, of the operation and of its gradient's.
    ///
    /// - Parameter needed: by which inputs there is to be a gradient.
    package init(
        _ operation: any DifferentiableOperation, inputs types: [TensorType], needed: [Bool]
    ) throws(NetworkError) {
        let batchSize = types.first(where: \.hasExamples)?.shape[0] ?? 1
        var builder = GraphBuilder(batchSize: batchSize, purpose: .training)
        var inputs = [ValueID]()
        for (index, type) in types.enumerated() { inputs.append(try builder.addInput("input \(index)", type)) }
        let layer = operation.name
        let outputs = try builder.inLayer(layer) { builder throws(NetworkError) in try builder.add(operation, inputs) }
        var outputGradients = [ValueID?]()
        for (index, output) in outputs.enumerated() {
            let type = builder.type(output)
            outputGradients.append(type.element == .float32 ? try builder.addInput("∇output \(index)", type) : nil)
        }
        let node = builder.graph.nodes[0]
        var gradientBuilder = GraphBuilder(continuing: builder.graph)
        inputGradients = try gradientBuilder.inGradient(of: node) { builder throws(NetworkError) in
            try operation.gradient(of: node, outputGradients: outputGradients, needed: needed, in: &builder)
        }
        graph = gradientBuilder.graph
        self.outputs = outputs
        self.outputGradients = outputGradients
    }
}
