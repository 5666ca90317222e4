import CKernels
import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors

/// Pooling and its gradients by in-house loops, a vector for each pixel: of several images, or of a block of channels, which are to the loops
/// what images are, and an image's blocks what channels are.
struct PoolingLoop {
    enum Arrangement {
        case batchInnermost
        case channelBlocks(Int)

        func layout(_ shape: Shape, type: ElementKind = .f32) -> Layout {
            switch self {
            case .batchInnermost: .batchInnermost(shape.dimensions, type: type)
            case .channelBlocks(let block): .channelBlocked(shape, type: type, block: block)
            }
        }
    }

    let pooling: PoolingPass
    let arrangement: Arrangement

    /// Winners are places in the window, one byte each.
    static func canKeepWinners(_ pooling: PoolingPass) -> Bool { pooling.window.area <= Int(UInt8.max) }

    func kernel(for request: KernelRequest) -> KernelChoice {
        let instructions = request.instructions
        switch pooling.kind {
        case .maximum(let keepsWinners):
            return forward(request, keepsWinners: keepsWinners) { memory in
                let (x, y) = (memory.input(0), memory.output(0))
                let winners = keepsWinners ? memory.outputs[1].assumingMemoryBound(to: UInt8.self) : nil
                return { ckernels_max_pool(instructions.number, $0, x, y, winners) }
            }
        case .maximumGradient:
            return backward(request, readsWinners: true) { memory in
                let (dy, dx) = (memory.input(0), memory.output(0))
                let winners = memory.inputs[1].assumingMemoryBound(to: UInt8.self)
                return { ckernels_max_pool_gradient(instructions.number, $0, dy, winners, dx) }
            }
        case .average(let countsPadding):
            return forward(request, countsPadding: countsPadding) { memory in
                let (x, y) = (memory.input(0), memory.output(0))
                return { ckernels_average_pool(instructions.number, $0, x, y) }
            }
        case .averageGradient(let countsPadding):
            return backward(request, countsPadding: countsPadding) { memory in
                let (dy, dx) = (memory.input(0), memory.output(0))
                return { ckernels_average_pool_gradient(instructions.number, $0, dy, dx) }
            }
        }
    }

    /// What a loop does with its memory: gives what each step runs.
    private typealias Binding = (KernelMemory) -> (UnsafePointer<ckernels_pooling>) -> Void

    private func forward(
        _ request: KernelRequest, keepsWinners: Bool = false, countsPadding: Bool = false, _ binding: @escaping Binding
    ) -> KernelChoice {
        let (source, destination) = (request.inputs[0].type.shape, request.outputs[0].type.shape)
        let winners = keepsWinners ? [arrangement.layout(destination, type: .u8)] : []
        return choice(
            request, shape(source, destination, countsPadding: countsPadding), inputs: [arrangement.layout(source)],
            outputs: [arrangement.layout(destination)] + winners, binding)
    }

    private func backward(
        _ request: KernelRequest, readsWinners: Bool = false, countsPadding: Bool = false, _ binding: @escaping Binding
    ) -> KernelChoice {
        let (source, destination) = (request.outputs[0].type.shape, request.inputs[0].type.shape)
        let winners = readsWinners ? [arrangement.layout(destination, type: .u8)] : []
        return choice(
            request, shape(source, destination, countsPadding: countsPadding),
            inputs: [arrangement.layout(destination)] + winners,
            outputs: [arrangement.layout(source)], binding)
    }

    private func choice(
        _ request: KernelRequest, _ shape: ckernels_pooling, inputs: [Layout], outputs: [Layout], _ binding: @escaping Binding
    ) -> KernelChoice {
        let implementation =
            switch arrangement {
            case .batchInnermost: BatchInnermost.implementation(request.instructions)
            case .channelBlocks: "loop:\(request.instructions), \(outputs[0].formatName)"
            }
        return KernelChoice(inputs: inputs, outputs: outputs, origin: .loop, implementation: implementation) { memory in
            let body = binding(memory)
            return LoopKernel { _ in withUnsafePointer(to: shape, body) }
        }
    }

    /// - Parameters:
    ///   - source: [N, C, H, W]
    ///   - destination: [N, C, H′, W′]
    ///   - countsPadding: of a mean; without meaning for a maximum.
    private func shape(_ source: Shape, _ destination: Shape, countsPadding: Bool) -> ckernels_pooling {
        let window = pooling.window
        var shape = ckernels_pooling()
        switch arrangement {
        case .batchInnermost: (shape.images, shape.channels) = (Int64(source[0]), Int64(source[1]))
        case .channelBlocks(let block):
            (shape.images, shape.channels) = (Int64(block), Int64(source[0] * ((source[1] + block - 1) / block)))
        }
        (shape.input_height, shape.input_width) = (Int64(source[2]), Int64(source[3]))
        (shape.output_height, shape.output_width) = (Int64(destination[2]), Int64(destination[3]))
        (shape.kernel_height, shape.kernel_width) = (Int64(window.kernel[0]), Int64(window.kernel[1]))
        (shape.stride_height, shape.stride_width) = (Int64(window.stride[0]), Int64(window.stride[1]))
        (shape.padding_top, shape.padding_left) = (Int64(window.paddingBegin[0]), Int64(window.paddingBegin[1]))
        shape.counts_padding = countsPadding ? 1 : 0
        return shape
    }
}
