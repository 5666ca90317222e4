public import Networks
public import Tensors

/// Holds gradients to central differences, element by element, in double precision:
///
///     |gradient − difference| ≤ absoluteTolerance + relativeTolerance · |difference|
///     difference = (f(x + distance) − f(x − distance)) / (2 · distance)
///
/// Where f has a bend within `distance` of x (a ReLU at 0, two elements of a window that are nearly equal), the two differ although nothing
/// is wrong. Numbers are drawn at random, so that this is rare; another `seed` draws others.
///
///     let report = try GradientCheck().run(network, batchSize: 2)
///     print(report)
public struct GradientCheck: Sendable {
    /// The distance to the points of the difference. Its error is of the order of distance² from the curvature and
    /// 1e-16 / distance from rounding: about 1e-10 each at 1e-5.
    public var distance = 1e-5
    /// Twenty times those errors, for third derivatives above 1 and sums of many terms.
    public var absoluteTolerance = 2e-9
    public var relativeTolerance = 1e-6
    /// Elements of each tensor that are checked, spread evenly; all of them where there are no more.
    public var elements: Int
    /// Of the numbers that are drawn.
    public var seed: UInt64

    public init(elements: Int = .max, seed: UInt64 = 1) {
        precondition(elements > 0, "a check of \(elements) elements finds nothing")
        self.elements = elements
        self.seed = seed
    }

    /// Checks a network's mean loss by each of its trainable parameters, and by its images.
    ///
    /// Images [N, C, H, W] are standard normal, labels any of the classes, and parameters as the seed gives them. Where an initializer has
    /// one number for all elements, a standard normal one is added to each: a factor of 1 or a term of 0 would hide what is left out.
    /// Throws `NetworkError` where the layers do not fit each other or have no gradient, and `GradientCheckError` where an operation
    /// has no loop in double precision. Cost: two forward passes by plain loops for each element.
    public func run(_ network: Network, batchSize: Int) throws -> GradientReport {
        let graph = try network.graph(batchSize: batchSize, purpose: .training)
        let images = graph.inputs.filter { graph.type($0).element == .float32 }
        let training = try TrainingGraph(of: graph, rule: GradientDescent(), by: images)
        try requireLoops(training.graph)

        var draws = ReferenceDraws(seed: seed)
        let inputs = graph.inputs.map { input -> ReferenceTensor in
            let type = graph.type(input)
            let isLabel = graph.value(input).name == "labels"
            return isLabel ? draws.classes(type.shape, count: graph.classCount) : draws.normal(type.shape)
        }
        let forward = ReferenceInterpreter(graph)
        var parameters = forward.initialParameters(seed: seed)
        for (index, parameter) in graph.parameters.enumerated() where parameter.isTrainable {
            if case .constant = parameter.initializer { parameters[index].add(draws.normal(parameter.shape)) }
        }
        let values = ReferenceInterpreter(training).run(inputs: inputs, parameters: parameters, step: step)
        func loss(_ inputs: [ReferenceTensor], _ parameters: [ReferenceTensor]) -> Double {
            forward.run(inputs: inputs, parameters: parameters, step: step).meanLoss
        }

        var report = GradientReport()
        for (index, parameter) in graph.parameters.enumerated() where parameter.isTrainable {
            let gradient = training.updates.first { $0.parameter == index }.map { values[$0.contribution] }
            compare(parameter.name, parameters[index], gradient, into: &report) { above, below in
                loss(inputs, parameters.replacing(index, with: above)) - loss(inputs, parameters.replacing(index, with: below))
            }
        }
        for (index, input) in graph.inputs.enumerated() where images.contains(input) {
            let gradient = training.inputGradients[input].map { values[$0] }
            compare(graph.value(input).name, inputs[index], gradient, into: &report) { above, below in
                loss(inputs.replacing(index, with: above), parameters) - loss(inputs.replacing(index, with: below), parameters)
            }
        }
        return report
    }

    /// Checks an operation by each of its inputs, of which f is the sum of its outputs' elements, each times a number that is drawn.
    ///
    ///     try GradientCheck().run(BiasAddition(), inputs: [.examples([2, 3, 4, 4]), .channels(3)])
    ///
    /// - Parameters:
    ///   - types: of the inputs. Numbers are standard normal, whole numbers 0.
    ///   - values: all elements of an input, row-major, by the input's number, where they are not to be drawn.
    ///   - fixed: the numbers of inputs that the operation has no gradient by.
    /// Throws as for a network. Cost: two calls of the operation's plain loop for each element.
    public func run(
        _ operation: any DifferentiableOperation, inputs types: [TensorType], values given: [Int: [Double]] = [:],
        fixed: Set<Int> = []
    ) throws -> GradientReport {
        let needed = types.indices.map { types[$0].element == .float32 && !fixed.contains($0) }
        let alone = try OperationGraph(operation, inputs: types, needed: needed)
        let outputTypes = alone.graph.types(alone.outputs)
        try requireLoops(alone.graph)

        var draws = ReferenceDraws(seed: seed)
        let inputs = types.enumerated().map { index, type -> ReferenceTensor in
            if let values = given[index] { return ReferenceTensor(type.shape, values) }
            return type.element == .float32 ? draws.normal(type.shape) : ReferenceTensor(zeros: type.shape)
        }
        let weights = zip(outputTypes, alone.outputGradients).map { $1 == nil ? nil : draws.normal($0.shape) }
        let values = ReferenceInterpreter(alone.graph).run(
            inputs: inputs + weights.compactMap(\.self), parameters: [], step: step)
        func outputs(_ inputs: [ReferenceTensor]) -> [ReferenceTensor] {
            guard let outputs = operation.referenceOutputs(inputs, types: (types, outputTypes), step: step) else {
                preconditionFailure("\(operation.name) has a loop, or the check would not have begun")
            }
            return outputs
        }

        var report = GradientReport()
        for index in types.indices where needed[index] {
            let gradient = index < alone.inputGradients.count ? alone.inputGradients[index].map { values[$0] } : nil
            compare("input \(index)", inputs[index], gradient, into: &report) { above, below in
                let results = zip(outputs(inputs.replacing(index, with: above)), outputs(inputs.replacing(index, with: below)))
                return zip(weights, results).reduce(0) { sum, output in
                    guard let weight = output.0?.values else { return sum }
                    let (above, below) = (output.1.0.values, output.1.1.values)
                    return weight.indices.reduce(sum) { $0 + weight[$1] * (above[$1] - below[$1]) }
                }
            }
        }
        return report
    }

    /// Compares the gradient by a tensor with differences. Where there is no gradient, it is taken to be zero.
    ///
    /// - Parameter rise: f with an element above `point`, less f with the element below it.
    private func compare(
        _ name: String, _ point: ReferenceTensor, _ gradient: ReferenceTensor?, into report: inout GradientReport,
        rise: (_ above: ReferenceTensor, _ below: ReferenceTensor) -> Double
    ) {
        let count = point.values.count
        for element in stride(from: 0, to: count, by: max(1, count / elements)) {
            var (above, below) = (point, point)
            above.values[element] += distance
            below.values[element] -= distance
            let difference = rise(above, below) / (2 * distance)
            report.add(
                GradientReport.Element(
                    tensor: name, index: element, gradient: gradient?.values[element] ?? 0, difference: difference,
                    allowance: absoluteTolerance + relativeTolerance * abs(difference)))
        }
    }

    /// Dropout drops other elements in every step; any does.
    private var step: ReferenceStep { ReferenceStep(seed: seed, step: 3) }

    private func requireLoops(_ graph: Graph) throws(GradientCheckError) {
        for node in graph.nodes where !node.operation.hasReference {
            throw .noLoop(operation: node.operation.name, layer: node.layer)
        }
    }
}

extension Array {
    fileprivate func replacing(_ index: Int, with element: Element) -> [Element] {
        var copy = self
        copy[index] = element
        return copy
    }
}
