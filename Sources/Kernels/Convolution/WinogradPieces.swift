import KernelChoices
import Layouts
import OneDNN
import Tensors

/// The primitives of a Winograd convolution's whole pieces and of the smaller one at the end, and where their memory lies.
struct WinogradPieces {
    let problem: ConvolutionProblem
    let starts: [Int]
    let whole: PrimitiveDescriptor
    let last: PrimitiveDescriptor
    /// Offsets in the scratchpad: the primitives' own, then copies of a group's images, results and gradients.
    let sourceCopy, destinationCopy, weightCopy, biasCopy: Int
    let scratchpadBytes: Int

    /// Throws ``OneDNNError`` where the processor lacks the kernels.
    init(_ problem: ConvolutionProblem) throws {
        self.problem = problem
        let count = problem.source[0]
        let size = min(count, WinogradConvolution.imagesOfAPiece)
        starts = Array(stride(from: 0, to: count, by: size))
        whole = try Self.descriptor(problem, images: size)
        last = count % size == 0 ? whole : try Self.descriptor(problem, images: count % size)
        // What is bound takes the layouts that were asked for to be those that are read and written.
        let weights: Argument = problem.pass == .backwardWeights ? .diffWeights : .weights
        let ownWeights = Self.ownWeights(problem)
        for piece in [whole, last] where piece.layout(of: weights).map({ $0.isInterchangeable(with: ownWeights) }) != true {
            throw OneDNNError.failed(operation: "Winograd's convolution", status: "weights in another layout", details: [])
        }
        func bytes(_ shape: Shape) -> Int {
            MemoryPlan.aligned(size * (shape.elementCount / shape[0] / problem.groups) * 4)
        }
        let own = MemoryPlan.aligned(max(whole.scratchpadBytes, last.scratchpadBytes))
        sourceCopy = own
        destinationCopy = sourceCopy + (problem.groups > 1 ? bytes(problem.source) : 0)
        weightCopy = destinationCopy + (problem.groups > 1 ? bytes(problem.destination) : 0)
        let addsUp = problem.pass == .backwardWeights && starts.count > 1
        biasCopy = weightCopy + (addsUp ? MemoryPlan.aligned(Self.weightElements(problem) * 4) : 0)
        scratchpadBytes = biasCopy + (addsUp && problem.hasBias ? MemoryPlan.aligned(problem.destination[1] * 4) : 0)
    }

    var choice: KernelChoice {
        let image = Layout.channelBlocked(problem.source)
        let result = Layout.channelBlocked(problem.destination)
        let weights = Layout.blockedWeights(problem.weight, groups: problem.groups)
        let bias = problem.hasBias ? [Layout.plain([problem.destination[1]])] : []
        let (inputs, outputs): ([Layout], [Layout]) =
            switch problem.pass {
            case .inference, .training: ([image, weights] + bias, [result])
            case .backwardData: ([result, weights], [image])
            case .backwardWeights: ([image, result], [weights] + bias)
            }
        return KernelChoice(
            inputs: inputs, outputs: outputs, scratchpadBytes: scratchpadBytes, origin: .composition,
            implementation: whole.implementation + (problem.groups > 1 ? ", group by group" : ""), isPlainLoop: whole.isPlainLoop
        ) { try WinogradKernel(self, $0) }
    }

    func images(from start: Int) -> Int { min(WinogradConvolution.imagesOfAPiece, problem.source[0] - start) }

    func descriptor(from start: Int) -> PrimitiveDescriptor { start == starts.last ? last : whole }

    /// Elements of one group's weights.
    var weightElements: Int { Self.weightElements(problem) }

    private static func weightElements(_ problem: ConvolutionProblem) -> Int {
        problem.destination[1] / problem.groups * (problem.source[1] / problem.groups) * 9
    }

    /// One group's weights as the primitives have them.
    private static func ownWeights(_ problem: ConvolutionProblem) -> Layout {
        .blockedWeights(
            Shape([problem.destination[1] / problem.groups, problem.source[1] / problem.groups, 3, 3]), groups: 1)
    }

    /// One group of so many images.
    private static func descriptor(_ problem: ConvolutionProblem, images: Int) throws -> PrimitiveDescriptor {
        let (source, destination, groups) = (problem.source, problem.destination, problem.groups)
        let image = Layout.channelBlocked(Shape([images, source[1] / groups] + source.dimensions[2...]))
        let result = Layout.channelBlocked(Shape([images, destination[1] / groups] + destination.dimensions[2...]))
        let weights = ownWeights(problem)
        let bias = problem.hasBias ? Layout.plain([destination[1] / groups]) : nil
        switch problem.pass {
        case .inference, .training:
            return try .convolutionForward(
                engine: problem.engine, source: image, weights: weights, bias: bias, destination: result,
                geometry: problem.geometry, activation: problem.activation?.eltwise, algorithm: .winograd, training: true)
        case .backwardData:
            return try .convolutionBackwardData(
                engine: problem.engine, diffSource: image, weights: weights, diffDestination: result,
                geometry: problem.geometry, algorithm: .winograd)
        case .backwardWeights:
            return try .convolutionBackwardWeights(
                engine: problem.engine, source: image, diffWeights: weights, diffBias: bias, diffDestination: result,
                geometry: problem.geometry, algorithm: .winograd)
        }
    }
}
