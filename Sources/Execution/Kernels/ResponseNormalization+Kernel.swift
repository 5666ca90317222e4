import Networks
import Tensors

extension ResponseNormalization: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let (data, view) = columnView(of: request.inputs[0].layout)
        let descriptor = try PrimitiveDescriptor.lrnForward(
            engine: request.engine, data: view, response: libraryResponse, training: keepsWorkspace)
        let outputs: [Argument] = [.destination] + (keepsWorkspace ? [.workspace] : [])
        var choice = descriptor.choice(inputs: [.source], outputs: outputs)
        choice.inputs[0] = data
        choice.outputs[0] = data
        return choice
    }

    /// The library divides alpha by the size.
    fileprivate var libraryResponse: LocalResponse {
        LocalResponse(size: size, alpha: alpha * Float(size), beta: beta, k: k)
    }

    /// The layout for the tensor, and the same memory seen as more pictures of fewer channels each, so that every group of
    /// channels is a picture of its own: [N, G·C, H, W] as [N·G, C, H, W].
    fileprivate func columnView(of layout: Layout) -> (data: Layout, view: Layout) {
        guard groups > 1 else { return (layout, layout) }
        var dims = layout.dims
        dims[0] *= groups
        dims[1] /= groups
        if let view = layout.reshaped(dims) { return (layout, view) }
        return (.plain(layout.dims, type: layout.type), .plain(dims, type: layout.type))
    }
}

extension ResponseNormalizationGradient: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let (data, view) = forward.columnView(of: request.inputs[1].layout)
        let descriptor = try PrimitiveDescriptor.lrnBackward(
            engine: request.engine, data: view, gradient: view, response: forward.libraryResponse)
        var choice = descriptor.choice(inputs: [.diffDestination, .source, .workspace], outputs: [.diffSource], reuse: [nil])
        choice.inputs[0] = data
        choice.inputs[1] = data
        if descriptor.layout(of: .workspace) == nil { choice.inputs[2] = request.inputs[2].layout }
        choice.outputs[0] = data
        return choice
    }
}
