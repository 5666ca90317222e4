import CKernels
import Networks
import OneDNN
import Tensors

/// Pooling and its gradients over batch-innermost tensors.
struct BatchInnermostPooling {
    /// [N, C, H, W] and [N, C, H′, W′]
    let source: Shape
    let destination: Shape
    let instructions: InstructionSet
    private let shape: ckernels_pooling

    /// - Parameter countsPadding: of a mean; without meaning for a maximum.
    init(
        _ window: WindowGeometry, countsPadding: Bool = false, source: Shape, destination: Shape, instructions: InstructionSet
    ) {
        self.source = source
        self.destination = destination
        self.instructions = instructions
        var shape = ckernels_pooling()
        (shape.images, shape.channels) = (Int64(source[0]), Int64(source[1]))
        (shape.input_height, shape.input_width) = (Int64(source[2]), Int64(source[3]))
        (shape.output_height, shape.output_width) = (Int64(destination[2]), Int64(destination[3]))
        (shape.kernel_height, shape.kernel_width) = (Int64(window.kernel[0]), Int64(window.kernel[1]))
        (shape.stride_height, shape.stride_width) = (Int64(window.stride[0]), Int64(window.stride[1]))
        (shape.padding_top, shape.padding_left) = (Int64(window.paddingBegin[0]), Int64(window.paddingBegin[1]))
        shape.counts_padding = countsPadding ? 1 : 0
        self.shape = shape
    }

    /// Winners are places in the window, one byte each.
    static func canKeepWinners(_ window: WindowGeometry) -> Bool { window.area <= Int(UInt8.max) }

    private var image: Layout { .batchInnermost(source.dimensions) }
    private var result: Layout { .batchInnermost(destination.dimensions) }
    private var winners: Layout { .batchInnermost(destination.dimensions, type: .u8) }

    func average() -> KernelChoice {
        choice(inputs: [image], outputs: [result]) { [instructions] memory in
            let (x, y) = (memory.input(0), memory.output(0))
            return { ckernels_average_pool(instructions.number, $0, x, y) }
        }
    }

    func averageGradient() -> KernelChoice {
        choice(inputs: [result], outputs: [image]) { [instructions] memory in
            let (dy, dx) = (memory.input(0), memory.output(0))
            return { ckernels_average_pool_gradient(instructions.number, $0, dy, dx) }
        }
    }

    func maximum(keepsWinners: Bool) -> KernelChoice {
        choice(inputs: [image], outputs: [result] + (keepsWinners ? [winners] : [])) { [instructions] memory in
            let (x, y) = (memory.input(0), memory.output(0))
            let winners = keepsWinners ? memory.outputs[1].assumingMemoryBound(to: UInt8.self) : nil
            return { ckernels_max_pool(instructions.number, $0, x, y, winners) }
        }
    }

    func maximumGradient() -> KernelChoice {
        choice(inputs: [result, winners], outputs: [image]) { [instructions] memory in
            let (dy, dx) = (memory.input(0), memory.output(0))
            let winners = memory.inputs[1].assumingMemoryBound(to: UInt8.self)
            return { ckernels_max_pool_gradient(instructions.number, $0, dy, winners, dx) }
        }
    }

    private func choice(
        inputs: [Layout], outputs: [Layout],
        _ binding: @escaping (KernelMemory) -> (UnsafePointer<ckernels_pooling>) -> Void
    ) -> KernelChoice {
        KernelChoice(
            inputs: inputs, outputs: outputs, origin: .loop, implementation: BatchInnermost.implementation(instructions)
        ) { [shape] memory in
            let body = binding(memory)
            return LoopKernel { _ in withUnsafePointer(to: shape, body) }
        }
    }
}
