import CKernels
import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors

/// A convolution's three passes over batch-innermost tensors.
struct BatchInnermostConvolution: KernelImplementation {
    private let convolution: ConvolutionPass

    init(_ convolution: ConvolutionPass) {
        self.convolution = convolution
    }

    var variant: KernelVariant { .batchInnermost }

    func isPossible(for request: KernelRequest) -> Bool {
        let problem = convolution.problem(request)
        return BatchInnermost.isPossible(for: request, channels: max(problem.weight[0], problem.weight[1] * problem.groups))
    }

    func costFactor(for request: KernelRequest) -> Double { BatchInnermost.costFactor(for: request) }

    /// Weights are read, and their gradient is written, row by row; with the axes that the library gives them, so that they can be
    /// reordered where one of its kernels wants them, too.
    func kernel(for request: KernelRequest) throws -> KernelChoice {
        let problem = convolution.problem(request)
        switch problem.pass {
        case .inference, .training: return try forward(problem)
        case .backwardData: return dataGradient(problem)
        case .backwardWeights: return weightGradient(problem)
        }
    }

    private func forward(_ problem: ConvolutionProblem) throws -> KernelChoice {
        let (window, groups, instructions) = (problem.window, problem.groups, problem.instructions)
        let (source, destination) = (problem.source, problem.destination)
        let (hasBias, activation) = (problem.hasBias, problem.activation)
        let area = window.kernel.reduce(1, *)
        let (inputs, outputs) = (source[1] / groups, destination[1] / groups)
        let result = Layout.batchInnermost(destination.dimensions)
        let gathering = Gathering(
            images: source[0], groups: groups, inputs: inputs, outputs: outputs, source: source, destination: destination,
            kernel: window.kernel, weightInputStride: area, weightOutputStride: inputs * area,
            walks: window.kernel.indices.map { axis in
                (0..<destination[2 + axis]).map { ckernels_walk(under: $0, window, axis: axis, extent: source[2 + axis]) }
            }, activation: activation)
        // The library's logistic function, which is vectorised, on what the convolution has just written.
        let sigmoid =
            activation == .sigmoid
            ? try PrimitiveDescriptor.eltwiseForward(
                engine: problem.engine, kind: .logisticUsingDestination, data: result, training: true) : nil
        return KernelChoice(
            inputs: [.batchInnermost(source.dimensions), .plain(problem.libraryWeight)]
                + (hasBias ? [.plain([destination[1]])] : []),
            outputs: [result], scratchpadBytes: max(gathering.scratchpadBytes, sigmoid?.scratchpadBytes ?? 0),
            origin: .loop, implementation: BatchInnermost.implementation(instructions)
        ) { memory in
            let inPlace = KernelMemory(
                stream: memory.stream, inputs: memory.outputs, outputs: memory.outputs, scratchpad: memory.scratchpad)
            return GatheringKernel(
                gathering, instructions, x: memory.input(0), weights: memory.input(1), bias: hasBias ? memory.input(2) : nil,
                y: memory.output(0), scratchpad: memory.scratchpad.assumingMemoryBound(to: Float.self),
                then: try sigmoid?.kernel(inPlace, inputs: [.source], outputs: [.destination]))
        }
    }

    private func dataGradient(_ problem: ConvolutionProblem) -> KernelChoice {
        let (window, groups, instructions) = (problem.window, problem.groups, problem.instructions)
        let (source, destination) = (problem.source, problem.destination)
        let area = window.kernel.reduce(1, *)
        let (inputs, outputs) = (source[1] / groups, destination[1] / groups)
        let gathering = Gathering(
            images: source[0], groups: groups, inputs: outputs, outputs: inputs, source: destination, destination: source,
            kernel: window.kernel, weightInputStride: inputs * area, weightOutputStride: area,
            walks: window.kernel.indices.map { axis in
                (0..<source[2 + axis]).map { ckernels_walk(over: $0, window, axis: axis, extent: destination[2 + axis]) }
            }, activation: nil)
        return KernelChoice(
            inputs: [.batchInnermost(destination.dimensions), .plain(problem.libraryWeight)],
            outputs: [.batchInnermost(source.dimensions)],
            scratchpadBytes: gathering.scratchpadBytes, origin: .loop, implementation: BatchInnermost.implementation(instructions)
        ) { memory in
            GatheringKernel(
                gathering, instructions, x: memory.input(0), weights: memory.input(1), bias: nil, y: memory.output(0),
                scratchpad: memory.scratchpad.assumingMemoryBound(to: Float.self), then: nil)
        }
    }

    private func weightGradient(_ problem: ConvolutionProblem) -> KernelChoice {
        let (window, groups, instructions) = (problem.window, problem.groups, problem.instructions)
        let (source, destination, hasBias) = (problem.source, problem.destination, problem.hasBias)
        var shape = ckernels_weight_gradient()
        shape.images = Int64(source[0])
        shape.groups = Int64(groups)
        (shape.inputs, shape.outputs) = (Int64(source[1] / groups), Int64(destination[1] / groups))
        (shape.input_height, shape.input_width) = (Int64(source[2]), Int64(source[3]))
        (shape.output_height, shape.output_width) = (Int64(destination[2]), Int64(destination[3]))
        (shape.kernel_height, shape.kernel_width) = (Int64(window.kernel[0]), Int64(window.kernel[1]))
        (shape.stride_height, shape.stride_width) = (Int64(window.stride[0]), Int64(window.stride[1]))
        (shape.dilation_height, shape.dilation_width) = (Int64(window.dilation[0]), Int64(window.dilation[1]))
        (shape.padding_top, shape.padding_left) = (Int64(window.paddingBegin[0]), Int64(window.paddingBegin[1]))
        let elements = Int(ckernels_weight_gradient_scratch(instructions.number, &shape))
        return KernelChoice(
            inputs: [.batchInnermost(source.dimensions), .batchInnermost(destination.dimensions)],
            outputs: [.plain(problem.libraryWeight)] + (hasBias ? [.plain([destination[1]])] : []),
            scratchpadBytes: elements * MemoryLayout<Float>.stride, origin: .loop,
            implementation: BatchInnermost.implementation(instructions)
        ) { [shape] memory in
            let (x, dy) = (memory.input(0), memory.input(1))
            let (weights, bias) = (memory.output(0), hasBias ? memory.output(1) : nil)
            let scratch = memory.scratchpad.assumingMemoryBound(to: Float.self)
            return LoopKernel { _ in
                withUnsafePointer(to: shape) {
                    ckernels_convolution_weight_gradient(instructions.number, $0, x, dy, weights, bias, scratch)
                }
            }
        }
    }
}

/// What every element of an output gathers: a convolution, or, walking backwards, the gradient of one's input.
private struct Gathering {
    let shape: ckernels_convolution
    /// Of each row and of each column of the output.
    let rows, columns: [ckernels_walk]

    init(
        images: Int, groups: Int, inputs: Int, outputs: Int, source: Shape, destination: Shape, kernel: [Int],
        weightInputStride: Int, weightOutputStride: Int, walks: [[ckernels_walk]], activation: FusedActivation?
    ) {
        var shape = ckernels_convolution()
        (shape.images, shape.groups) = (Int64(images), Int64(groups))
        (shape.inputs, shape.outputs) = (Int64(inputs), Int64(outputs))
        (shape.input_height, shape.input_width) = (Int64(source[2]), Int64(source[3]))
        (shape.output_height, shape.output_width) = (Int64(destination[2]), Int64(destination[3]))
        (shape.kernel_height, shape.kernel_width) = (Int64(kernel[0]), Int64(kernel[1]))
        shape.weight_input_stride = Int64(weightInputStride)
        shape.weight_output_stride = Int64(weightOutputStride)
        shape.weight_group_stride = Int64(inputs * outputs * kernel.reduce(1, *))
        shape.activation =
            switch activation {
            case .relu: Int32(ckernels_relu)
            case .tanh: Int32(ckernels_tanh)
            case .sigmoid, nil: Int32(ckernels_identity)
            }
        self.shape = shape
        (rows, columns) = (walks[0], walks[1])
    }

    var scratchpadBytes: Int {
        withUnsafePointer(to: shape) { Int(ckernels_convolution_scratch($0)) } * MemoryLayout<Float>.stride
    }
}

/// A gathering bound to memory, and what is to be done with its result.
private final class GatheringKernel: Kernel {
    private let gathering: Gathering
    private let instructions: InstructionSet
    private let x, weights, y, scratchpad: UnsafeMutablePointer<Float>
    private let bias: UnsafeMutablePointer<Float>?
    private let next: (any Kernel)?

    init(
        _ gathering: Gathering, _ instructions: InstructionSet, x: UnsafeMutablePointer<Float>,
        weights: UnsafeMutablePointer<Float>, bias: UnsafeMutablePointer<Float>?, y: UnsafeMutablePointer<Float>,
        scratchpad: UnsafeMutablePointer<Float>, then next: (any Kernel)?
    ) {
        self.gathering = gathering
        self.instructions = instructions
        (self.x, self.weights, self.y, self.scratchpad) = (x, weights, y, scratchpad)
        self.bias = bias
        self.next = next
    }

    func run(_ step: StepArguments) throws {
        gathering.rows.withUnsafeBufferPointer { rows in
            gathering.columns.withUnsafeBufferPointer { columns in
                var shape = gathering.shape
                (shape.rows, shape.columns) = (rows.baseAddress, columns.baseAddress)
                ckernels_convolve(instructions.number, &shape, x, weights, bias, y, scratchpad)
            }
        }
        try next?.run(step)
    }
}

extension ckernels_walk {
    /// Over the inputs under window `output` of an axis: an element for each tap that meets one of 0..<`extent`.
    fileprivate init(under output: Int, _ window: WindowGeometry, axis: Int, extent: Int) {
        let start = output * window.stride[axis] - window.paddingBegin[axis]
        let taps = (0..<window.kernel[axis]).filter { 0..<extent ~= start + $0 * window.dilation[axis] }
        self.init(taps: taps) { start + $0 * window.dilation[axis] }
    }

    /// Over those of `extent` windows that reach input `input` of an axis, each with the tap that it does so with.
    fileprivate init(over input: Int, _ window: WindowGeometry, axis: Int, extent: Int) {
        func reach(_ tap: Int) -> Int { input + window.paddingBegin[axis] - tap * window.dilation[axis] }
        let taps = (0..<window.kernel[axis]).filter {
            reach($0) >= 0 && reach($0) % window.stride[axis] == 0 && reach($0) / window.stride[axis] < extent
        }
        self.init(taps: taps) { reach($0) / window.stride[axis] }
    }

    /// Taps that are equally far apart, and so are the places that they meet.
    private init(taps: [Int], place: (Int) -> Int) {
        self.init()
        count = Int32(taps.count)
        guard let first = taps.first else { return }
        (first_tap, first_input) = (Int32(first), Int32(place(first)))
        guard taps.count > 1 else { return }
        (tap_step, input_step) = (Int32(taps[1] - first), Int32(place(taps[1]) - place(first)))
    }
}
