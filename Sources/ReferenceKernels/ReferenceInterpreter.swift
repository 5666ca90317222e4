package import Networks
import Tensors

/// Runs a whole graph, node after node, with the reference loops: the oracle of every other way to run it.
package struct ReferenceInterpreter: Sendable {
    package let graph: Graph

    package init(_ graph: Graph) {
        self.graph = graph
    }

    package init(_ training: TrainingGraph) {
        graph = training.graph
    }

    /// Every value of the graph for a batch.
    /// - Parameters:
    ///   - images: [N, C, H, W]
    ///   - labels: N class numbers; −1 marks a place without an example.
    ///   - parameters: in the order of `graph.parameters`.
    package func run(
        images: ReferenceTensor, labels: [Int], parameters: [ReferenceTensor], step: ReferenceStep
    ) -> ReferenceValues {
        let named = ["images": images, "labels": ReferenceTensor([labels.count], labels.map(Double.init))]
        let inputs = graph.inputs.map { input -> ReferenceTensor in
            guard let tensor = named[graph.value(input).name] else { preconditionFailure("no \(graph.value(input).name)") }
            return tensor
        }
        return run(inputs: inputs, parameters: parameters, step: step)
    }

    /// Every value of the graph.
    /// - Parameters:
    ///   - inputs: in the order of `graph.inputs`.
    ///   - parameters: in the order of `graph.parameters`.
    package func run(inputs: [ReferenceTensor], parameters: [ReferenceTensor], step: ReferenceStep) -> ReferenceValues {
        precondition(inputs.count == graph.inputs.count, "the graph has \(graph.inputs.count) inputs")
        precondition(parameters.count == graph.parameters.count, "the graph has \(graph.parameters.count) parameters")
        var values = graph.values.map { value -> ReferenceTensor? in
            switch value.source {
            case .input(let index): inputs[index]
            case .parameter(let index): parameters[index]
            case .node: nil
            }
        }
        for node in graph.nodes {
            let inputs = node.inputs.map { input -> ReferenceTensor in
                guard let tensor = values[input.index] else {
                    preconditionFailure("\(graph.value(input).name) is read before it is computed")
                }
                return tensor
            }
            let types = (graph.types(node.inputs), graph.types(node.outputs))
            guard let outputs = node.operation.referenceOutputs(inputs, types: types, step: step) else {
                preconditionFailure(
                    "\(node.operation.name) has no plain loop; write its file in ReferenceKernels, or have it conform to LoopOperation"
                )
            }
            for (output, tensor) in zip(node.outputs, outputs) {
                precondition(
                    tensor.shape == graph.type(output).shape,
                    "\(node.operation.name) computed \(tensor.shape) where its shape rule says \(graph.type(output).shape)")
                values[output.index] = tensor
            }
        }
        return ReferenceValues(graph: graph, tensors: values.compactMap { $0 })
    }

    /// The parameters' first values, as every run with this seed has them.
    package func initialParameters(seed: UInt64) -> [ReferenceTensor] {
        graph.parameters.enumerated().map { stream, parameter in
            var tensor = HostTensor(zeros: parameter.shape)
            tensor.values.withUnsafeMutableBufferPointer {
                parameter.initializer.fill(seed: seed, stream: stream, range: 0..<parameter.shape.elementCount, into: $0)
            }
            return ReferenceTensor(tensor)
        }
    }
}

/// What a graph computed: one tensor per value.
package struct ReferenceValues: Sendable {
    let graph: Graph
    let tensors: [ReferenceTensor]

    package subscript(_ value: ValueID) -> ReferenceTensor { tensors[value.index] }

    /// The weighted sum of the mean losses, Σ loss / N each, N being the batch's size, also where a place of the batch holds no example.
    package var meanLoss: Double {
        graph.outputs.reduce(0) { sum, output in
            guard case .loss(let weight) = output.role else { return sum }
            return sum + Double(weight) * self[output.value].values.reduce(0, +) / Double(graph.batchSize)
        }
    }
}
