import KernelChoices
import Layouts
import OneDNN
import Tensors

/// A convolution's three passes by the library's direct kernels, in layouts of their choice.
struct LibraryConvolution: KernelImplementation {
    private let convolution: ConvolutionPass

    init(_ convolution: ConvolutionPass) {
        self.convolution = convolution
    }

    var variant: KernelVariant { .standard }

    func isPossible(for request: KernelRequest) -> Bool { true }

    func kernel(for request: KernelRequest) throws -> KernelChoice {
        let problem = convolution.problem(request)
        switch problem.pass {
        case .inference, .training: return try forward(problem, request)
        case .backwardData: return try dataGradient(problem, request)
        case .backwardWeights: return try weightGradient(problem, request)
        }
    }

    private func forward(_ problem: ConvolutionProblem, _ request: KernelRequest) throws -> KernelChoice {
        try PrimitiveDescriptor.convolutionForward(
            engine: problem.engine, source: request.any(problem.source.dimensions),
            weights: request.weights(request.inputs[1].layout, problem.libraryWeight),
            bias: problem.hasBias ? .plain(request.inputs[2].type.shape.dimensions) : nil,
            destination: request.any(problem.destination.dimensions), geometry: problem.geometry,
            activation: problem.activation?.eltwise, training: true
        ).choice(inputs: [.source, .weights] + (problem.hasBias ? [.bias] : []), outputs: [.destination])
    }

    /// In the library's own choice of layout for the weights: a copy of a kernel costs less than a slower pass over the images.
    private func dataGradient(_ problem: ConvolutionProblem, _ request: KernelRequest) throws -> KernelChoice {
        try PrimitiveDescriptor.convolutionBackwardData(
            engine: problem.engine, diffSource: request.any(problem.source.dimensions),
            weights: request.any(problem.libraryWeight), diffDestination: request.any(problem.destination.dimensions),
            geometry: problem.geometry
        ).choice(inputs: [.diffDestination, .weights], outputs: [.diffSource])
    }

    private func weightGradient(_ problem: ConvolutionProblem, _ request: KernelRequest) throws -> KernelChoice {
        try PrimitiveDescriptor.convolutionBackwardWeights(
            engine: problem.engine, source: request.any(problem.source.dimensions), diffWeights: .any(problem.libraryWeight),
            diffBias: problem.hasBias ? .plain(request.outputs[1].type.shape.dimensions) : nil,
            diffDestination: request.any(problem.destination.dimensions), geometry: problem.geometry
        ).choice(inputs: [.source, .diffDestination], outputs: [.diffWeights] + (problem.hasBias ? [.diffBias] : []))
    }
}
