import CKernels
package import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors
import Topology

// In-house loops: the library's read memory at a third of its speed, keep two tensors of the input's size for the gradient, and have
// no fast gradient but in blocks of channels.

extension ResponseNormalization: ComputableOperation, KernelImplementation {
    /// In the layout of the input, if channels lie in rows, in blocks that hold whole groups, or innermost.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let (layout, response) = loop(over: request.inputs[0].layout, request.libraryEngine.caches)
        let instructions = request.instructions
        return KernelChoice(
            inputs: [layout], outputs: [layout],
            scratchpadBytes: withUnsafePointer(to: response) { ckernels_response_forward_scratchpad(instructions.number, $0) },
            reuse: [0], origin: .loop, implementation: "loop:\(instructions), \(layout.formatName)"
        ) { memory in
            let (x, y, scratchpad) = (memory.inputs[0], memory.outputs[0], memory.scratchpad)
            return LoopKernel { _ in
                withUnsafePointer(to: response) { ckernels_response_forward(instructions.number, $0, x, y, scratchpad) }
            }
        }
    }

    fileprivate func loop(over offered: Layout, _ caches: CacheSizes) -> (layout: Layout, response: ckernels_response) {
        var layout = offered.type == .bf16 || offered.type == .f32 ? offered : offered.format(type: .f32)
        let dims = layout.dims
        let channels = dims[1] / groups
        let block: Int
        var (images, pixels) = (dims[0] * groups, dims[2] * dims[3])
        if layout.isInterchangeable(with: .channelsLast(dims, type: layout.type)) {
            // Each group of each pixel is a run of channels, behind the one before it.
            block = channels
            (images, pixels) = (1, images * pixels)
        } else if let channelBlock = layout.channelsInBlock, groups == 1 || channels % channelBlock == 0 {
            block = channelBlock
        } else {
            block = 1
            layout = .plain(dims, type: layout.type)
        }
        let response = ckernels_response(
            images: Int64(images), channels: Int64(channels), pixels: Int64(pixels), block: Int64(block), size: Int64(size),
            alpha: alpha, beta: beta, k: k, is_bf16: layout.type == .bf16 ? 1 : 0,
            lines_in_blocks: Int64(caches.responseLinesInBlocks), lines_in_rows: Int64(caches.responseLinesInRows))
        return (layout, response)
    }
}

extension ResponseNormalizationGradient: ComputableOperation, KernelImplementation {
    /// In the layout of x, as the forward pass; ∂x may take the place of ∂y.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let (layout, response) = forward.loop(over: request.inputs[1].layout, request.libraryEngine.caches)
        let instructions = request.instructions
        return KernelChoice(
            inputs: [layout, layout], outputs: [layout],
            scratchpadBytes: withUnsafePointer(to: response) { ckernels_response_backward_scratchpad(instructions.number, $0) },
            reuse: [0], origin: .loop, implementation: "loop:\(instructions), \(layout.formatName)"
        ) { memory in
            let (dy, x, dx, scratchpad) = (memory.inputs[0], memory.inputs[1], memory.outputs[0], memory.scratchpad)
            return LoopKernel { _ in
                withUnsafePointer(to: response) { ckernels_response_backward(instructions.number, $0, dy, x, dx, scratchpad) }
            }
        }
    }
}
