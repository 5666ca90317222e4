package import KernelChoices
package import Layouts
import Networks
import OneDNN
import Tensors

/// The kernels for whole pieces and for the smaller one at the end, and where their memory lies.
package struct SpaceToDepthPieces {
    let problem: ConvolutionProblem
    let phases: SpaceToDepth
    package let whole: KernelChoice
    package let last: KernelChoice
    /// Weights between the layout of `SpaceToDepth` and the kernels' own; nil where these are one.
    let reorder: KernelChoice?
    /// Offsets in the scratchpad; the kernels' own is at its beginning.
    let images, phasedWeights, kernelWeights, weightsPart, biasPart: Int
    let scratchpadBytes: Int

    init(_ problem: ConvolutionProblem) throws {
        try self.init(problem) { try Self.choice(problem, images: $0, weights: $1) }
    }

    /// - Parameter choice: the kernel for so many images, with weights in a layout of its own or in the one that it is given.
    package init(_ problem: ConvolutionProblem, asking choice: (Int, Layout?) throws -> KernelChoice) throws {
        self.problem = problem
        phases = SpaceToDepth(problem)
        let count = problem.source[0]
        let size = min(count, SpaceToDepthConvolution.imagesOfAPiece)
        let isForward = problem.isForward
        func weights(_ choice: KernelChoice) -> Layout { isForward ? choice.inputs[1] : choice.outputs[0] }
        whole = try choice(size, nil)
        let own = weights(whole)
        if count % size == 0 {
            last = whole
        } else {
            // All pieces read the same weights, or add to the same gradient: one that would rather have them otherwise takes them so.
            let smaller = try choice(count % size, nil)
            last = weights(smaller).isInterchangeable(with: own) ? smaller : try choice(count % size, own)
            guard weights(last).isInterchangeable(with: own) else {
                throw OneDNNError.failed(
                    operation: "space-to-depth convolution", status: "no kernel for the last images by the others' weights",
                    details: [])
            }
        }
        let phased = phases.weightLayout
        reorder =
            own.isInterchangeable(with: phased)
            ? nil
            : try .reorder(engine: problem.engine, from: isForward ? phased : own, to: isForward ? own : phased)
        func bytes(_ elements: Int) -> Int { MemoryPlan.aligned(elements * MemoryLayout<Float>.stride) }
        images = MemoryPlan.aligned(max(whole.scratchpadBytes, last.scratchpadBytes, reorder?.scratchpadBytes ?? 0))
        phasedWeights = images + bytes(size * phases.elementsOfAnImage)
        kernelWeights = reorder == nil ? phasedWeights : phasedWeights + bytes(phases.weightElements)
        weightsPart = kernelWeights + MemoryPlan.aligned(own.byteCount)
        let addsUp = !isForward && count > size
        biasPart = weightsPart + (addsUp ? MemoryPlan.aligned(own.byteCount) : 0)
        scratchpadBytes = biasPart + (addsUp ? bytes(problem.destination[1]) : 0)
    }

    var choice: KernelChoice {
        let weights = Layout.plain(problem.weight.dimensions)
        let bias = problem.hasBias ? [Layout.plain([problem.destination[1]])] : []
        let result = Layout.channelBlocked(problem.destination, type: problem.precision.element)
        let image = Layout.plain(problem.source.dimensions)
        return KernelChoice(
            inputs: problem.isForward ? [image, weights] + bias : [image, result],
            outputs: problem.isForward ? [result] : [weights] + bias, scratchpadBytes: scratchpadBytes,
            origin: .composition, implementation: whole.implementation + ", by \(phases.name)", isPlainLoop: whole.isPlainLoop
        ) { memory in
            switch problem.precision {
            case .f32: try SpaceToDepthKernel<Float>(self, memory)
            case .bf16: try SpaceToDepthKernel<UInt16>(self, memory)
            }
        }
    }

    /// The kernel for some images: its inputs and outputs are as the whole one's, but for phases in place of images and the
    /// weights' layout, which is its own.
    ///
    /// - Parameter asked: the layout that the weights, or their gradient, have to be in; any if nil.
    package static func choice(_ problem: ConvolutionProblem, images: Int, weights asked: Layout? = nil) throws -> KernelChoice {
        let phases = SpaceToDepth(problem)
        var piece = problem
        piece.window = try WindowGeometry(kernel: 3, operation: "phases")
        piece.source = Shape([images, phases.channels, phases.height, phases.width])
        piece.weight = Shape([problem.weight[0], phases.channels, 3, 3])
        piece.destination = Shape([images] + problem.destination.dimensions.dropFirst())
        guard problem.precision != .f32 else { return try WinogradPieces(piece).choice }
        let type = problem.precision.element
        let (image, result) = (
            Layout.channelBlocked(piece.source, type: type), Layout.channelBlocked(piece.destination, type: type)
        )
        let weights = asked ?? .any(piece.weight.dimensions, type: problem.isForward ? type : .f32)
        let bias = problem.hasBias ? Layout.plain([problem.destination[1]]) : nil
        let biases: [Argument] = problem.hasBias ? [problem.isForward ? .bias : .diffBias] : []
        if problem.isForward {
            return try PrimitiveDescriptor.convolutionForward(
                engine: problem.engine, source: image, weights: weights, bias: bias, destination: result,
                geometry: piece.geometry, activation: problem.activation?.eltwise, training: true
            ).choice(inputs: [.source, .weights] + biases, outputs: [.destination])
        }
        let gradient = try PrimitiveDescriptor.convolutionBackwardWeights(
            engine: problem.engine, source: image, diffWeights: weights, diffBias: bias, diffDestination: result,
            geometry: piece.geometry)
        // Faster than the library's but where it has matrix instructions.
        if ImagePairs.isPossible(piece.window, weight: piece.weight, groups: 1), !gradient.usesMatrixUnit {
            let pairs = ImagePairs.choice(piece)
            if asked.map({ $0.isInterchangeable(with: pairs.outputs[0]) }) ?? true { return pairs }
        }
        return gradient.choice(inputs: [.source, .diffDestination], outputs: [.diffWeights] + biases)
    }

    /// Elements of the weights as the kernels have them.
    var kernelWeightElements: Int { whole.outputs[0].byteCount / MemoryLayout<Float>.stride }

    var starts: StrideTo<Int> {
        stride(from: 0, to: problem.source[0], by: SpaceToDepthConvolution.imagesOfAPiece)
    }

    func images(from start: Int) -> Int { min(SpaceToDepthConvolution.imagesOfAPiece, problem.source[0] - start) }

    func choice(from start: Int) -> KernelChoice {
        start + SpaceToDepthConvolution.imagesOfAPiece <= problem.source[0] ? whole : last
    }
}

extension SpaceToDepth {
    fileprivate init(_ problem: ConvolutionProblem) {
        self.init(
            image: Shape(Array(problem.source.dimensions[1...])), weight: problem.weight, geometry: problem.geometry,
            output: Array(problem.destination.dimensions[2...]), instructions: problem.instructions)
    }
}
