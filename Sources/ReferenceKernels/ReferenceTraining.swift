package import Networks
package import Tensors

/// Training by the plain loops in double precision, step by step: what any session must come to, however it is spread.
package struct ReferenceTraining: Sendable {
    package let graph: TrainingGraph
    package let optimizer: GradientDescent
    /// In the order of the graph's parameters.
    package private(set) var parameters: [ReferenceTensor]
    /// The optimizer's state of each; zero where nothing is trained.
    package private(set) var velocities: [ReferenceTensor]

    /// Begins with `parameters`, or with the first values that the seed gives.
    package init(_ graph: TrainingGraph, optimizer: GradientDescent, seed: UInt64, parameters: [HostTensor]? = nil) {
        self.graph = graph
        self.optimizer = optimizer
        self.parameters =
            parameters.map { $0.map(ReferenceTensor.init) } ?? ReferenceInterpreter(graph).initialParameters(seed: seed)
        velocities = graph.graph.parameters.map { ReferenceTensor(zeros: $0.shape) }
    }

    /// Takes a step on a batch, and gives its mean loss.
    /// - Parameters:
    ///   - images: [N, C, H, W], row-major.
    ///   - labels: N class numbers.
    package mutating func step(
        images: [Float], labels: [Int32], learningRate: Double, _ step: ReferenceStep
    ) -> Double {
        let shape = graph.graph.type(graph.graph.images).shape
        let values = ReferenceInterpreter(graph).run(
            images: ReferenceTensor(HostTensor(shape, images)), labels: labels.map(Int.init), parameters: parameters, step: step)
        for (parameter, gradient) in graph.gradients {
            optimizer.referenceUpdate(
                parameter: &parameters[parameter], velocity: &velocities[parameter], gradient: values[gradient],
                learningRate: learningRate, kind: graph.graph.parameters[parameter].kind)
        }
        return values.meanLoss
    }
}
