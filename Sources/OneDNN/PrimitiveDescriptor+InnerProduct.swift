import COneDNN
package import Layouts

// Shapes: source [N, C] or [N, C, H, W], weights [K, C] or [K, C, H, W] alike, bias [K], destination [N, K].
extension PrimitiveDescriptor {
    /// destination = activation(source · weightsᵀ + bias). Throws ``OneDNNError`` when no kernel does this in these layouts.
    package static func innerProductForward(
        engine: Engine, source: Layout, weights: Layout, bias: Layout?, destination: Layout,
        activation: EltwiseKind? = nil, training: Bool
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try innerProduct(
            "inner product forward", engine, .forward(training: training), activation,
            [("source", source), ("weights", weights), ("bias", bias), ("destination", destination)],
            [.source, .weights, .bias, .destination])
    }

    /// diffSource from weights and diffDestination.
    package static func innerProductBackwardData(
        engine: Engine, diffSource: Layout, weights: Layout, diffDestination: Layout
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try innerProduct(
            "inner product backward data", engine, .backwardData, nil,
            [("source gradient", diffSource), ("weights", weights), ("bias", nil), ("destination gradient", diffDestination)],
            [.diffSource, .weights, .diffDestination])
    }

    /// diffWeights and, when given, diffBias from source and diffDestination; both are overwritten, not added to.
    package static func innerProductBackwardWeights(
        engine: Engine, source: Layout, diffWeights: Layout, diffBias: Layout?, diffDestination: Layout
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try innerProduct(
            "inner product backward weights", engine, .backwardWeights, nil,
            [
                ("source", source), ("weights gradient", diffWeights), ("bias gradient", diffBias),
                ("destination gradient", diffDestination),
            ],
            [.source, .diffWeights, .diffBias, .diffDestination])
    }

    /// `roles` are source, weights, bias and destination, or their gradients, in this order.
    private static func innerProduct(
        _ operation: String, _ engine: Engine, _ pass: Pass, _ activation: EltwiseKind?, _ roles: [(String, Layout?)],
        _ candidates: [Argument]
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try PrimitiveDescriptor(operation, engine: engine, roles: roles, candidates: candidates) { handles, created in
            onednn_inner_product_create(
                engine.handle, pass.number, handles[0], handles[1], handles[2], handles[3], activation.number, &created)
        }
    }
}
