import OneDNN
import Tensors

/// A 3×3 convolution of stride 1 by Winograd's minimal filtering, in pieces: a few images of one group of channels at a time.
///
/// The library's Winograd kernels know no groups, and their scratch memory grows with the batch; a piece of a few images needs a
/// small one and is as fast. A group's channels are a run of memory within an image in channel-blocked layouts, and the images'
/// runs are copied together before the kernel and apart after it; without groups nothing is copied. The weights' gradient is
/// summed over the pieces in their order.
///
/// Rounding: F(4×4, 3×3) multiplies by powers of two up to 8 and their sums, so that an element's error may be some ten times that
/// of the direct sum. Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016.
struct WinogradConvolution {
    let pass: Pass
    let engine: Engine
    let geometry: ConvolutionGeometry
    let groups: Int
    /// [N, C, H, W] and [N, K, H′, W′], whole.
    let source: Shape
    let destination: Shape
    let hasBias: Bool
    let activation: FusedActivation?

    /// Images of a piece: as many as keep the transformed tiles of AlexNet's layers near the second-level cache. The weights'
    /// gradient is summed piece by piece, so that it belongs to what the kernel computes, whatever caches there are.
    static let imagesOfAPiece = 16

    /// Whether the library's kernels do such a convolution at all; creating one may still fail on a processor that lacks them.
    static func isPossible(_ geometry: ConvolutionGeometry, weight: Shape, groups: Int) -> Bool {
        Layout.fillsChannelBlocks(weight, groups: groups) && Array(weight.dimensions[2...]) == [3, 3]
            && geometry.strides == [1, 1] && geometry.dilations.allSatisfy { $0 == 1 }
            && (geometry.paddingBegin + geometry.paddingEnd).allSatisfy { $0 <= 1 }
    }

    /// Throws ``OneDNNError`` where the processor lacks the kernels.
    func choice() throws -> KernelChoice {
        let pieces = try Pieces(self)
        let image = Layout.channelBlocked(source)
        let result = Layout.channelBlocked(destination)
        let weights = weightLayout
        let bias = Layout.plain([destination[1]])
        let (inputs, outputs): ([Layout], [Layout]) =
            switch pass {
            case .inference, .training: ([image, weights] + (hasBias ? [bias] : []), [result])
            case .backwardData: ([result, weights], [image])
            case .backwardWeights: ([image, result], [weights] + (hasBias ? [bias] : []))
            }
        return KernelChoice(
            inputs: inputs, outputs: outputs, scratchpadBytes: pieces.scratchpadBytes,
            origin: .composition, implementation: pieces.implementation + (groups > 1 ? ", group by group" : "")
        ) { try WinogradKernel(pieces, $0) }
    }

    private var weightLayout: Layout {
        .blockedWeights(Shape([destination[1], source[1] / groups, 3, 3]), groups: groups)
    }

    /// The primitives of whole pieces and of the smaller one at the end, and where their memory lies.
    struct Pieces {
        let convolution: WinogradConvolution
        let starts: [Int]
        let whole: PrimitiveDescriptor
        let last: PrimitiveDescriptor
        /// Offsets in the scratchpad: the primitives' own, then copies of a group's images, results and gradients.
        let sourceCopy, destinationCopy, weightCopy, biasCopy: Int
        let scratchpadBytes: Int

        init(_ convolution: WinogradConvolution) throws {
            self.convolution = convolution
            let count = convolution.source[0]
            let size = min(count, WinogradConvolution.imagesOfAPiece)
            starts = Array(stride(from: 0, to: count, by: size))
            whole = try convolution.descriptor(images: size)
            last = count % size == 0 ? whole : try convolution.descriptor(images: count % size)
            // What is bound takes the layouts that were asked for to be those that are read and written.
            let weights: Argument = convolution.pass == .backwardWeights ? .diffWeights : .weights
            let ownWeights = convolution.ownWeights
            for piece in [whole, last] where piece.layout(of: weights).map({ $0.isInterchangeable(with: ownWeights) }) != true {
                throw OneDNNError.failed(operation: "Winograd's convolution", status: "weights in another layout", details: [])
            }
            func bytes(_ shape: Shape) -> Int {
                MemoryPlan.aligned(size * (shape.elementCount / shape[0] / convolution.groups) * 4)
            }
            let own = MemoryPlan.aligned(max(whole.scratchpadBytes, last.scratchpadBytes))
            sourceCopy = own
            destinationCopy = sourceCopy + (convolution.groups > 1 ? bytes(convolution.source) : 0)
            weightCopy = destinationCopy + (convolution.groups > 1 ? bytes(convolution.destination) : 0)
            let addsUp = convolution.pass == .backwardWeights && starts.count > 1
            biasCopy = weightCopy + (addsUp ? MemoryPlan.aligned(convolution.weightElements * 4) : 0)
            scratchpadBytes = biasCopy + (addsUp && convolution.hasBias ? MemoryPlan.aligned(convolution.destination[1] * 4) : 0)
        }

        var implementation: String { whole.implementation }

        func images(from start: Int) -> Int { min(WinogradConvolution.imagesOfAPiece, convolution.source[0] - start) }

        func descriptor(from start: Int) -> PrimitiveDescriptor { start == starts.last ? last : whole }
    }

    /// One group's weights as the primitives have them.
    private var ownWeights: Layout {
        .blockedWeights(Shape([destination[1] / groups, source[1] / groups, 3, 3]), groups: 1)
    }

    /// Elements of one group's weights.
    var weightElements: Int { destination[1] / groups * (source[1] / groups) * 9 }

    private func descriptor(images: Int) throws -> PrimitiveDescriptor {
        let image = Layout.channelBlocked(
            Shape([images, source[1] / groups] + source.dimensions[2...]))
        let result = Layout.channelBlocked(
            Shape([images, destination[1] / groups] + destination.dimensions[2...]))
        let weights = ownWeights
        let bias = hasBias ? Layout.plain([destination[1] / groups]) : nil
        switch pass {
        case .inference, .training:
            return try .convolutionForward(
                engine: engine, source: image, weights: weights, bias: bias, destination: result, geometry: geometry,
                activation: activation, algorithm: .winograd, training: true)
        case .backwardData:
            return try .convolutionBackwardData(
                engine: engine, diffSource: image, weights: weights, diffDestination: result, geometry: geometry,
                algorithm: .winograd)
        case .backwardWeights:
            return try .convolutionBackwardWeights(
                engine: engine, source: image, diffWeights: weights, diffBias: bias, diffDestination: result,
                geometry: geometry, algorithm: .winograd)
        }
    }
}
