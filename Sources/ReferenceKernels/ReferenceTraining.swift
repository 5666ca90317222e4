package import Networks
package import Tensors

/// Training by the plain loops in double precision, step by step: what any session must come to, however it is spread.
package struct ReferenceTraining: Sendable {
    package let graph: TrainingGraph
    /// In the order of the graph's parameters.
    package private(set) var parameters: [ReferenceTensor]
    /// The update rule's slots, each for all parameters; zero where nothing is trained.
    package private(set) var slots: [[ReferenceTensor]]

    /// Begins with `parameters`, or with the first values that the seed gives.
    package init(_ graph: TrainingGraph, seed: UInt64, parameters: [HostTensor]? = nil) {
        self.graph = graph
        self.parameters =
            parameters.map { $0.map(ReferenceTensor.init) } ?? ReferenceInterpreter(graph).initialParameters(seed: seed)
        slots = graph.slots.map { _ in graph.graph.parameters.map { ReferenceTensor(zeros: $0.shape) } }
    }

    /// Takes a step on a batch, and gives its mean loss.
    /// - Parameters:
    ///   - images: [N, C, H, W], row-major.
    ///   - labels: N class numbers.
    package mutating func step(
        images: [Float], labels: [Int32], learningRate: Double, _ step: ReferenceStep
    ) -> Double {
        guard let input = graph.graph.input("images") else { preconditionFailure("a graph without images") }
        let shape = graph.graph.type(input).shape
        let values = ReferenceInterpreter(graph).run(
            images: ReferenceTensor(HostTensor(shape, images)), labels: labels.map(Int.init), parameters: parameters, step: step)
        let scale = factor(values)
        for update in graph.updates {
            let index = update.parameter
            let scale = graph.graph.parameters[index].isTrainable ? scale : 1
            var own = slots.prefix(update.rule.slots.count).map { $0[index] }
            let factor = Double(graph.graph.parameters[index].options.rateFactor)
            update.rule.reference.referenceUpdate(
                &parameters[index], slots: &own, gradient: values[update.contribution].map { $0 * scale },
                learningRate: learningRate * factor, count: step.step + 1)
            for (number, slot) in own.enumerated() { slots[number][index] = slot }
        }
        return values.meanLoss
    }

    /// What all gradients are multiplied by.
    private func factor(_ values: ReferenceValues) -> Double {
        guard let clipping = graph.clipping else { return 1 }
        let gradients = graph.updates.filter { graph.graph.parameters[$0.parameter].isTrainable }.map { values[$0.contribution] }
        return clipping.factor(norm: gradients.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1 * $1 } }.squareRoot())
    }
}
