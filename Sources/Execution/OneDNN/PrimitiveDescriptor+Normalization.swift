import COneDNN

/// Local response normalisation across channels: y_c = x_c · (k + alpha / size · Σ x²)^−beta over the `size` channels around c.
///
/// oneDNN, like PyTorch, divides alpha by the window's size; the AlexNet paper does not, so its alpha is to be multiplied by
/// `size` first (1e-4 there is 5e-4 here). Krizhevsky et al. 2012, section 3.3.
package struct LocalResponse: Sendable, Hashable {
    /// Channels in the window.
    package var size: Int
    package var alpha: Float
    package var beta: Float
    package var k: Float

    package init(size: Int, alpha: Float, beta: Float, k: Float) {
        precondition(size > 0, "a window of \(size) channels normalises nothing")
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
    }
}

// Shapes: source and destination [N, C, H, W], in one layout.
extension PrimitiveDescriptor {
    /// In training a workspace is kept for the backward pass.
    package static func lrnForward(
        engine: Engine, data: Layout, response: LocalResponse, training: Bool
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try PrimitiveDescriptor(
            "local response normalisation forward", engine: engine, roles: [("data", data)], candidates: [.source, .destination]
        ) { created in
            onednn_lrn_create(
                engine.handle, Pass.forward(training: training).number, data.storage.handle, nil, Int64(response.size),
                response.alpha, response.beta, response.k, &created)
        }
    }

    /// diffSource from source, diffDestination and, where this kernel takes it, the workspace of the forward pass on the same layout.
    package static func lrnBackward(
        engine: Engine, data: Layout, gradient: Layout, response: LocalResponse
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try PrimitiveDescriptor(
            "local response normalisation backward", engine: engine, roles: [("data", data), ("gradient", gradient)],
            candidates: [.source, .diffSource, .diffDestination]
        ) { created in
            onednn_lrn_create(
                engine.handle, Pass.backwardData.number, data.storage.handle, gradient.storage.handle, Int64(response.size),
                response.alpha, response.beta, response.k, &created)
        }
    }
}
