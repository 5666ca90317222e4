import CKernels
import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors

/// The gradient of a convolution's input as a convolution: of the output's gradient, by weights whose inputs and outputs have
/// changed places and whose taps run backwards.
///
/// At stride 1 that is the same sum, and the library's forward kernels can be much faster than those that it has for the gradient.
/// Costs a copy of the weights.
struct FlippedConvolution: KernelImplementation {
    private let convolution: ConvolutionPass
    /// Whether images are brought into an order with channels innermost for it, and the result back.
    private let isChannelsLast: Bool

    init(_ convolution: ConvolutionPass, isChannelsLast: Bool = false) {
        self.convolution = convolution
        self.isChannelsLast = isChannelsLast
    }

    var variant: KernelVariant { isChannelsLast ? .flippedChannelsLast : .flipped }

    /// Whether the weights can be turned round: at stride 1, with no more padding than a kernel reaches over.
    func isPossible(for request: KernelRequest) -> Bool {
        let problem = convolution.problem(request)
        let window = problem.window
        return Layout.fillsChannelBlocks(problem.weight, groups: problem.groups) && window.stride.allSatisfy { $0 == 1 }
            && (Self.reach(window, window.paddingBegin) + Self.reach(window, window.paddingEnd)).allSatisfy { $0 >= 0 }
    }

    /// The padding of the convolution of gradients.
    private static func reach(_ window: WindowGeometry, _ padding: [Int]) -> [Int] {
        padding.indices.map { window.dilation[$0] * (window.kernel[$0] - 1) - padding[$0] }
    }

    /// Throws ``OneDNNError`` where the processor lacks the kernels.
    func kernel(for request: KernelRequest) throws -> KernelChoice {
        let problem = convolution.problem(request)
        let (source, destination) = (problem.source, problem.destination)
        func blocked(_ shape: Shape) -> Layout { .channelBlocked(shape, type: problem.precision.element) }
        func inner(_ shape: Shape) -> Layout {
            isChannelsLast ? .channelsLast(shape.dimensions, type: problem.precision.element) : blocked(shape)
        }
        func copy(from: Layout, to: Layout) throws -> KernelChoice? {
            from.isInterchangeable(with: to) ? nil : try .reorder(engine: problem.engine, from: from, to: to)
        }
        let flipped = libraryWeight(
            Shape([source[1], destination[1] / problem.groups] + problem.window.kernel), groups: problem.groups)
        let convolution = try Self.forward(problem, from: inner(destination), by: flipped, to: inner(source))
        let weights = try KernelChoice.reorder(engine: problem.engine, from: .plain(flipped), to: convolution.inputs[1])
        let entering = try copy(from: blocked(destination), to: inner(destination))
        let leaving = try copy(from: inner(source), to: blocked(source))
        let kernels = [weights, convolution] + [entering, leaving].compactMap(\.self)

        // Behind the kernels' own scratchpad.
        var end = MemoryPlan.aligned(kernels.map(\.scratchpadBytes).max() ?? 0)
        func place(_ byteCount: Int) -> Int {
            defer { end += MemoryPlan.aligned(byteCount) }
            return end
        }
        let flippedPlace = place(weights.inputs[0].byteCount)
        let weightsPlace = place(convolution.inputs[1].byteCount)
        let sourcePlace = entering.map { place($0.outputs[0].byteCount) }
        let resultPlace = leaving.map { place($0.inputs[0].byteCount) }
        return KernelChoice(
            inputs: [blocked(destination), .plain(problem.libraryWeight)], outputs: [blocked(source)], scratchpadBytes: end,
            origin: .composition, implementation: "\(convolution.implementation), weights flipped",
            isPlainLoop: convolution.isPlainLoop
        ) { memory in
            let scratchpad = memory.scratchpad
            typealias Place = UnsafeMutableRawPointer
            func bind(_ choice: KernelChoice, _ inputs: [Place], _ output: Place) throws -> any Kernel {
                try choice.bind(
                    KernelMemory(stream: memory.stream, inputs: inputs, outputs: [output], scratchpad: scratchpad))
            }
            let images = sourcePlace.map { scratchpad + $0 } ?? memory.inputs[0]
            let result = resultPlace.map { scratchpad + $0 } ?? memory.outputs[0]
            var sequence: [any Kernel] = [
                Self.flip(problem, memory.input(1), to: (scratchpad + flippedPlace).assumingMemoryBound(to: Float.self)),
                try bind(weights, [scratchpad + flippedPlace], scratchpad + weightsPlace),
            ]
            if let entering { sequence.append(try bind(entering, [memory.inputs[0]], images)) }
            sequence.append(try bind(convolution, [images, scratchpad + weightsPlace], result))
            if let leaving { sequence.append(try bind(leaving, [result], memory.outputs[0])) }
            return KernelSequence(sequence)
        }
    }

    /// The convolution of gradients, by weights that have been turned round.
    private static func forward(
        _ problem: ConvolutionProblem, from destination: Layout, by flipped: [Int], to source: Layout
    ) throws -> KernelChoice {
        let window = problem.window
        return try PrimitiveDescriptor.convolutionForward(
            engine: problem.engine, source: destination, weights: .any(flipped, type: problem.precision.element), bias: nil,
            destination: source,
            geometry: ConvolutionGeometry(
                strides: window.stride, dilations: window.dilation, paddingBegin: reach(window, window.paddingBegin),
                paddingEnd: reach(window, window.paddingEnd)),
            training: true
        ).choice(inputs: [.source, .weights], outputs: [.destination])
    }

    private static func flip(
        _ problem: ConvolutionProblem, _ weights: UnsafePointer<Float>, to flipped: UnsafeMutablePointer<Float>
    ) -> LoopKernel {
        let groups = Int64(problem.groups)
        let (outputs, inputs) = (Int64(problem.destination[1]) / groups, Int64(problem.source[1]) / groups)
        let taps = Int64(problem.window.kernel.reduce(1, *))
        let side = Int64(problem.engine.caches.flippedSide)
        return LoopKernel { _ in ckernels_flip_weights(groups, outputs, inputs, taps, side, weights, flipped) }
    }
}

/// Several kernels, one after the other.
final class KernelSequence: Kernel {
    private let kernels: [any Kernel]

    init(_ kernels: [any Kernel]) {
        self.kernels = kernels
    }

    func run(_ step: StepArguments) throws {
        for kernel in kernels { try kernel.run(step) }
    }
}
