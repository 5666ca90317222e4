import CKernels
import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors

/// Pooling and its gradients over batch-innermost tensors.
struct BatchInnermostPooling: KernelImplementation {
    private let pooling: PoolingPass

    init(_ pooling: PoolingPass) {
        self.pooling = pooling
    }

    var variant: KernelVariant { .batchInnermost }

    /// Where the images lie so already there is nothing to choose: the standard way is this one.
    func isPossible(for request: KernelRequest) -> Bool { takes(request) && !isOffered(in: request) }

    func costFactor(for request: KernelRequest) -> Double { BatchInnermost.costFactor(for: request) }

    /// Whether the images lie so already, and may be computed on as they do.
    func takesAsItLies(_ request: KernelRequest) -> Bool { takes(request) && isOffered(in: request) }

    private func takes(_ request: KernelRequest) -> Bool {
        // Winners are places in the window, one byte each.
        if case .maximum = pooling.kind, pooling.window.area > Int(UInt8.max) { return false }
        return BatchInnermost.isPossible(for: request, channels: request.inputs[0].type.shape[1])
    }

    private func isOffered(in request: KernelRequest) -> Bool {
        guard case .maximumGradient = pooling.kind else { return BatchInnermost.isOffered(request.inputs[0]) }
        let winners = request.inputs[1].layout
        return winners.type == .u8 && winners.isBatchInnermost
    }

    func kernel(for request: KernelRequest) throws -> KernelChoice {
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
        let winners = keepsWinners ? [Layout.batchInnermost(destination.dimensions, type: .u8)] : []
        return choice(
            request, shape(source, destination, countsPadding: countsPadding), inputs: [.batchInnermost(source.dimensions)],
            outputs: [.batchInnermost(destination.dimensions)] + winners, binding)
    }

    private func backward(
        _ request: KernelRequest, readsWinners: Bool = false, countsPadding: Bool = false, _ binding: @escaping Binding
    ) -> KernelChoice {
        let (source, destination) = (request.outputs[0].type.shape, request.inputs[0].type.shape)
        let winners = readsWinners ? [Layout.batchInnermost(destination.dimensions, type: .u8)] : []
        return choice(
            request, shape(source, destination, countsPadding: countsPadding),
            inputs: [.batchInnermost(destination.dimensions)] + winners, outputs: [.batchInnermost(source.dimensions)], binding)
    }

    private func choice(
        _ request: KernelRequest, _ shape: ckernels_pooling, inputs: [Layout], outputs: [Layout], _ binding: @escaping Binding
    ) -> KernelChoice {
        KernelChoice(
            inputs: inputs, outputs: outputs, origin: .loop, implementation: BatchInnermost.implementation(request.instructions)
        ) { memory in
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
        (shape.images, shape.channels) = (Int64(source[0]), Int64(source[1]))
        (shape.input_height, shape.input_width) = (Int64(source[2]), Int64(source[3]))
        (shape.output_height, shape.output_width) = (Int64(destination[2]), Int64(destination[3]))
        (shape.kernel_height, shape.kernel_width) = (Int64(window.kernel[0]), Int64(window.kernel[1]))
        (shape.stride_height, shape.stride_width) = (Int64(window.stride[0]), Int64(window.stride[1]))
        (shape.padding_top, shape.padding_left) = (Int64(window.paddingBegin[0]), Int64(window.paddingBegin[1]))
        shape.counts_padding = countsPadding ? 1 : 0
        return shape
    }
}
