import CKernels
import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors

/// A 3×3 or 5×5 convolution of stride 1 by Winograd's minimal filtering in in-house loops, over images in blocks of channels.
///
/// The library has such kernels for 3×3 and AVX-512 alone. Costs 36 multiplications for 16 outputs of 3×3, where a direct sum takes 144, and for
/// 4 outputs of 5×5, for 100; more where extents are no multiples of 4 and of 2; and transforms of images and weights, which few channels do
/// not outweigh. Scratch memory: the tiles in work, and 36 numbers for each kernel. Rounding and source: as in ``WinogradConvolution``.
struct WinogradLoop: KernelImplementation {
    private let convolution: ConvolutionPass

    init(_ convolution: ConvolutionPass) {
        self.convolution = convolution
    }

    var variant: KernelVariant { .winogradLoop }

    /// A question of shapes alone, on every processor and in every precision: where narrow numbers are faster, measuring finds so. No window
    /// holds padding alone, so that there are fewer rows and columns of it than the kernel has.
    func isPossible(for request: KernelRequest) -> Bool {
        let problem = convolution.problem(request)
        let window = problem.window
        return Layout.fillsChannelBlocks(problem.weight, groups: problem.groups) && [[3, 3], [5, 5]].contains(window.kernel)
            && window.stride == [1, 1] && window.dilation == [1, 1]
    }

    func kernel(for request: KernelRequest) throws -> KernelChoice {
        let problem = convolution.problem(request)
        return problem.pass == .backwardWeights ? weightGradient(problem) : try convolved(problem)
    }

    /// Forward, or the input's gradient: the output's gradient convolved with weights that are turned round.
    private func convolved(_ problem: ConvolutionProblem) throws -> KernelChoice {
        let shape = Self.shape(problem)
        let (from, to) = problem.isForward ? (problem.source, problem.destination) : (problem.destination, problem.source)
        let result = Self.layout(to, problem.instructions)
        let (hasBias, instructions) = (problem.hasBias && problem.isForward, problem.instructions)
        // On what the convolution has just written.
        let next: PrimitiveDescriptor? =
            switch problem.activation {
            case .relu, nil: nil
            case .tanh, .sigmoid:
                try problem.activation.map {
                    try .eltwiseForward(engine: problem.engine, kind: $0.eltwise, data: result, training: true)
                }
            }
        return KernelChoice(
            inputs: [Self.layout(from, instructions), .plain(problem.libraryWeight)] + (hasBias ? [.plain([to[1]])] : []),
            outputs: [result], scratchpadBytes: max(Self.scratchpadBytes(shape), next?.scratchpadBytes ?? 0), origin: .loop,
            implementation: Self.implementation(instructions)
        ) { memory in
            let (x, weights, y) = (memory.input(0), memory.input(1), memory.output(0))
            let bias = hasBias ? memory.input(2) : nil
            let scratch = memory.scratchpad.assumingMemoryBound(to: Float.self)
            let loop = LoopKernel { _ in
                withUnsafePointer(to: shape) {
                    ckernels_winograd_convolve(instructions.number, $0, x, weights, bias, y, scratch)
                }
            }
            guard let next else { return loop }
            let inPlace = KernelMemory(
                stream: memory.stream, inputs: memory.outputs, outputs: memory.outputs, scratchpad: memory.scratchpad)
            return KernelSequence([loop, try next.kernel(inPlace, inputs: [.source], outputs: [.destination])])
        }
    }

    private func weightGradient(_ problem: ConvolutionProblem) -> KernelChoice {
        let (shape, hasBias, instructions) = (Self.shape(problem), problem.hasBias, problem.instructions)
        return KernelChoice(
            inputs: [problem.source, problem.destination].map { Self.layout($0, instructions) },
            outputs: [.plain(problem.libraryWeight)] + (hasBias ? [.plain([problem.destination[1]])] : []),
            scratchpadBytes: Self.scratchpadBytes(shape),
            origin: .loop, implementation: Self.implementation(instructions)
        ) { memory in
            let (x, dy, weights) = (memory.input(0), memory.input(1), memory.output(0))
            let bias = hasBias ? memory.output(1) : nil
            let scratch = memory.scratchpad.assumingMemoryBound(to: Float.self)
            return LoopKernel { _ in
                withUnsafePointer(to: shape) {
                    ckernels_winograd_weight_gradient(instructions.number, $0, x, dy, weights, bias, scratch)
                }
            }
        }
    }

    private static func scratchpadBytes(_ shape: ckernels_winograd) -> Int {
        withUnsafePointer(to: shape) { Int(ckernels_winograd_scratch($0)) } * MemoryLayout<Float>.stride
    }

    private static func implementation(_ instructions: InstructionSet) -> String { "loop:\(instructions), Winograd" }

    private static func layout(_ shape: Shape, _ instructions: InstructionSet) -> Layout {
        .channelBlocked(shape, block: Layout.channelBlock(for: instructions))
    }

    private static func shape(_ problem: ConvolutionProblem) -> ckernels_winograd {
        let isTurned = problem.pass == .backwardData
        let (from, to) = isTurned ? (problem.destination, problem.source) : (problem.source, problem.destination)
        let groups = problem.groups
        var shape = ckernels_winograd()
        (shape.images, shape.groups) = (Int64(from[0]), Int64(groups))
        (shape.inputs, shape.outputs) = (Int64(from[1] / groups), Int64(to[1] / groups))
        (shape.input_height, shape.input_width) = (Int64(from[2]), Int64(from[3]))
        (shape.output_height, shape.output_width) = (Int64(to[2]), Int64(to[3]))
        let kernel = Int64(problem.window.kernel[0])
        shape.kernel = kernel
        // A tap that reaches a row from p rows above it, when turned round, reaches back by one less than the kernel's rows, less p.
        let padding = problem.geometry.paddingBegin.map { isTurned ? kernel - 1 - Int64($0) : Int64($0) }
        (shape.padding_top, shape.padding_left) = (padding[0], padding[1])
        shape.block = Int64(Layout.channelBlock(for: problem.instructions))
        let taps = kernel * kernel
        let inputStride = taps * Int64(problem.weight[1])
        (shape.weight_input_stride, shape.weight_output_stride) = isTurned ? (inputStride, taps) : (taps, inputStride)
        shape.weight_group_stride = inputStride * Int64(problem.weight[0] / groups)
        shape.is_flipped = isTurned ? 1 : 0
        shape.rectifies = problem.activation == .relu ? 1 : 0
        let side = 7 - kernel
        let tilesOfAnImage = ((shape.output_height + side - 1) / side) * ((shape.output_width + side - 1) / side)
        shape.tiles = min(
            shape.images * tilesOfAnImage,
            Int64(problem.engine.caches.winogradTiles(inputs: Int(shape.inputs), outputs: Int(shape.outputs))))
        return shape
    }
}
