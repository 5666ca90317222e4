import Networks
import ReferenceKernels
import Tensors
import Testing

/// Holds a network's gradients to central differences of its mean loss, in double precision.
struct GradientCheck {
    /// The distance to the points of the difference. Its error is of the order of distance² from the curvature and
    /// 1e-16 / distance from rounding: about 1e-10 each at 1e-5.
    var distance = 1e-5
    /// Twenty times those errors, for third derivatives above 1 and sums of many terms.
    var absoluteTolerance = 2e-9
    var relativeTolerance = 1e-6
    /// Elements of each parameter that are checked, spread evenly; all of them where there are fewer.
    var elements = 10

    /// Expects the gradient of every trainable parameter to agree, element by element.
    func run(_ network: Network, batchSize: Int, seed: Int, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let training = try TrainingGraph(of: network.graph(batchSize: batchSize, purpose: .training))
        let graph = training.graph
        var random = RandomCases(seed: seed)
        let images = random.tensor(graph.type(graph.inputs[0]).shape)
        let classes = graph.type(graph.scores).shape[1]
        let labels = (0..<batchSize).map { _ in random.integer(0...classes - 1) }
        let step = ReferenceStep(seed: UInt64(seed), step: 3)
        var parameters = ReferenceInterpreter(training).initialParameters(seed: UInt64(seed))
        for (index, parameter) in graph.parameters.enumerated() where parameter.kind == .bias {
            parameters[index] = random.tensor(parameter.shape)
        }

        let forward = ReferenceInterpreter(try network.graph(batchSize: batchSize, purpose: .training))
        let values = ReferenceInterpreter(training).run(images: images, labels: labels, parameters: parameters, step: step)
        #expect(training.updates.count == graph.parameters.filter(\.isTrainable).count, sourceLocation: sourceLocation)
        for (parameter, gradientValue) in training.updates.map({ ($0.parameter, $0.contribution) }) {
            let gradient = values[gradientValue]
            let count = gradient.values.count
            for element in Swift.stride(from: 0, to: count, by: max(1, count / elements)) {
                func loss(_ offset: Double) -> Double {
                    var moved = parameters
                    moved[parameter].values[element] += offset
                    return forward.run(images: images, labels: labels, parameters: moved, step: step).meanLoss
                }
                let difference = (loss(distance) - loss(-distance)) / (2 * distance)
                let tolerance = absoluteTolerance + relativeTolerance * abs(difference)
                #expect(
                    abs(gradient.values[element] - difference) <= tolerance,
                    "\(graph.parameters[parameter].name)[\(element)]: \(gradient.values[element]), but the loss rises by \(difference)",
                    sourceLocation: sourceLocation)
            }
        }
    }
}
