import Networks
package import OneDNN
package import Tensors

/// A convolution of large stride as one of stride 1 over the phases of its images, a few images at a time.
///
/// Made for first layers: with few input channels the library's kernels are far from the machine's limit, and sixteen phases of
/// three channels are 48. Costs a copy of the images and as many multiplications as a kernel of 3s × 3s would. In single
/// precision Winograd's minimal filtering saves more than that (rounding: as in `WinogradConvolution`); in bfloat16 the products
/// are taken directly, and the copy rounds the images.
package struct SpaceToDepthConvolution {
    let pass: Pass
    let engine: Engine
    let precision: Precision
    let phases: SpaceToDepth
    /// [N, C, H, W] and [N, K, H′, W′], whole.
    let source: Shape
    let destination: Shape
    let hasBias: Bool
    let activation: FusedActivation?

    /// Images of a piece: fewer than of smaller images, since their tiles are many. The weights' gradient is summed piece by
    /// piece, so that it belongs to what the kernel computes, whatever caches there are.
    package static let imagesOfAPiece = 8

    package init(
        pass: Pass, engine: Engine, precision: Precision, geometry: ConvolutionGeometry, source: Shape, weight: Shape,
        destination: Shape, hasBias: Bool, activation: FusedActivation?, instructions: InstructionSet
    ) {
        self.pass = pass
        self.engine = engine
        self.precision = precision
        self.source = source
        self.destination = destination
        self.hasBias = hasBias
        self.activation = activation
        phases = SpaceToDepth(
            image: Shape(Array(source.dimensions[1...])), weight: weight, geometry: geometry,
            output: Array(destination.dimensions[2...]), instructions: instructions)
    }

    var isForward: Bool { pass != .backwardWeights }

    /// Throws ``OneDNNError`` where the processor lacks the kernels.
    func choice() throws -> KernelChoice {
        let pieces = try SpaceToDepthPieces(self)
        let weights = Layout.plain(phases.weight.dimensions)
        let bias = hasBias ? [Layout.plain([destination[1]])] : []
        let result = Layout.channelBlocked(destination, type: precision.element)
        let image = Layout.plain(source.dimensions)
        return KernelChoice(
            inputs: isForward ? [image, weights] + bias : [image, result],
            outputs: isForward ? [result] : [weights] + bias,
            scratchpadBytes: pieces.scratchpadBytes,
            origin: .composition, implementation: pieces.whole.implementation + ", by \(phases.name)"
        ) { [precision] memory in
            switch precision {
            case .f32: try SpaceToDepthKernel<Float>(pieces, memory)
            case .bf16: try SpaceToDepthKernel<UInt16>(pieces, memory)
            }
        }
    }

    /// The kernel for some images: its inputs and outputs are as the whole one's, but for phases in place of images and the
    /// weights' layout, which is its own.
    ///
    /// - Parameter asked: the layout that the weights, or their gradient, have to be in; any if nil.
    package func choice(images: Int, weights asked: Layout? = nil) throws -> KernelChoice {
        let geometry = ConvolutionGeometry(strides: [1, 1], dilations: [1, 1], paddingBegin: [0, 0], paddingEnd: [0, 0])
        let source = Shape([images, phases.channels, phases.height, phases.width])
        let destination = Shape([images] + destination.dimensions.dropFirst())
        guard precision != .f32 else {
            return try WinogradConvolution(
                pass: pass, engine: engine, geometry: geometry, groups: 1, source: source, destination: destination,
                hasBias: hasBias, activation: activation
            ).choice()
        }
        let image = Layout.channelBlocked(source, type: precision.element)
        let result = Layout.channelBlocked(destination, type: precision.element)
        let weights = [phases.weight[0], phases.channels, 3, 3]
        let layout = asked ?? .any(weights, type: isForward ? precision.element : .f32)
        let bias = hasBias ? Layout.plain([destination[1]]) : nil
        let biases: [Argument] = hasBias ? [isForward ? .bias : .diffBias] : []
        if isForward {
            return try PrimitiveDescriptor.convolutionForward(
                engine: engine, source: image, weights: layout, bias: bias, destination: result,
                geometry: geometry, activation: activation, training: true
            ).choice(inputs: [.source, .weights] + biases, outputs: [.destination])
        }
        let gradient = try PrimitiveDescriptor.convolutionBackwardWeights(
            engine: engine, source: image, diffWeights: layout, diffBias: bias, diffDestination: result,
            geometry: geometry)
        let window = try WindowGeometry(kernel: 3, operation: "phases")
        // Faster than the library's but where it has matrix instructions.
        if ImagePairs.isPossible(window, weight: Shape(weights), groups: 1), !gradient.implementation.contains("amx") {
            let pairs = ImagePairs(window: window, groups: 1, source: source, destination: destination, hasBias: hasBias).choice
            if asked.map({ $0.isInterchangeable(with: pairs.outputs[0]) }) ?? true { return pairs }
        }
        return gradient.choice(inputs: [.source, .diffDestination], outputs: [.diffWeights] + biases)
    }
}

/// The kernels for whole pieces and for the smaller one at the end, and where their memory lies.
package struct SpaceToDepthPieces {
    let convolution: SpaceToDepthConvolution
    package let whole: KernelChoice
    package let last: KernelChoice
    /// Weights between the layout of `SpaceToDepth` and the kernels' own; nil where these are one.
    let reorder: KernelChoice?
    /// Offsets in the scratchpad; the kernels' own is at its beginning.
    let images, phasedWeights, kernelWeights, weightsPart, biasPart: Int
    let scratchpadBytes: Int

    init(_ convolution: SpaceToDepthConvolution) throws {
        try self.init(convolution) { try convolution.choice(images: $0, weights: $1) }
    }

    /// - Parameter choice: the kernel for so many images, with weights in a layout of its own or in the one that it is given.
    package init(_ convolution: SpaceToDepthConvolution, asking choice: (Int, Layout?) throws -> KernelChoice) throws {
        self.convolution = convolution
        let phases = convolution.phases
        let count = convolution.source[0]
        let size = min(count, SpaceToDepthConvolution.imagesOfAPiece)
        let isForward = convolution.isForward
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
            : try .reorder(engine: convolution.engine, from: isForward ? phased : own, to: isForward ? own : phased)
        func bytes(_ elements: Int) -> Int { MemoryPlan.aligned(elements * MemoryLayout<Float>.stride) }
        images = MemoryPlan.aligned(max(whole.scratchpadBytes, last.scratchpadBytes, reorder?.scratchpadBytes ?? 0))
        phasedWeights = images + bytes(size * phases.elementsOfAnImage)
        kernelWeights = reorder == nil ? phasedWeights : phasedWeights + bytes(phases.weightElements)
        weightsPart = kernelWeights + MemoryPlan.aligned(own.byteCount)
        let addsUp = !isForward && count > size
        biasPart = weightsPart + (addsUp ? MemoryPlan.aligned(own.byteCount) : 0)
        scratchpadBytes = biasPart + (addsUp ? bytes(convolution.destination[1]) : 0)
    }

    /// Elements of the weights as the kernels have them.
    var kernelWeightElements: Int { whole.outputs[0].byteCount / MemoryLayout<Float>.stride }

    var starts: StrideTo<Int> {
        stride(from: 0, to: convolution.source[0], by: SpaceToDepthConvolution.imagesOfAPiece)
    }

    func images(from start: Int) -> Int { min(SpaceToDepthConvolution.imagesOfAPiece, convolution.source[0] - start) }

    func choice(from start: Int) -> KernelChoice {
        start + SpaceToDepthConvolution.imagesOfAPiece <= convolution.source[0] ? whole : last
    }
}
