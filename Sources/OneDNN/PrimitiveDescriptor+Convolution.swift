import COneDNN
package import Layouts

/// How a convolution is computed. Winograd is for 3×3 kernels with stride 1: faster, less exact, gone from oneDNN 3.2 on.
package enum ConvolutionAlgorithm: Sendable, Hashable, CaseIterable {
    case direct, winograd

    var number: Int32 {
        switch self {
        case .direct: Int32(onednn_convolution_direct)
        case .winograd: Int32(onednn_convolution_winograd)
        }
    }
}

// Shapes: source [N, C, H, W], weights [K, C, R, S] or, in groups, [G, K/G, C/G, R, S], bias [K], destination [N, K, H', W'];
// with one spatial dimension more or less everywhere alike. A gradient has the shape of what it is the gradient of.
extension PrimitiveDescriptor {
    /// destination = activation(source ∗ weights + bias). Throws ``OneDNNError`` when no kernel does this in these layouts.
    package static func convolutionForward(
        engine: Engine, source: Layout, weights: Layout, bias: Layout?, destination: Layout, geometry: ConvolutionGeometry,
        activation: EltwiseKind? = nil, algorithm: ConvolutionAlgorithm = .direct, training: Bool
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try convolution(
            "convolution forward", engine, .forward(training: training), algorithm, geometry, activation,
            [("source", source), ("weights", weights), ("bias", bias), ("destination", destination)],
            [.source, .weights, .bias, .destination])
    }

    /// diffSource from weights and diffDestination.
    package static func convolutionBackwardData(
        engine: Engine, diffSource: Layout, weights: Layout, diffDestination: Layout, geometry: ConvolutionGeometry,
        algorithm: ConvolutionAlgorithm = .direct
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try convolution(
            "convolution backward data", engine, .backwardData, algorithm, geometry, nil,
            [("source gradient", diffSource), ("weights", weights), ("bias", nil), ("destination gradient", diffDestination)],
            [.diffSource, .weights, .diffDestination])
    }

    /// diffWeights and, when given, diffBias from source and diffDestination; both are overwritten, not added to.
    package static func convolutionBackwardWeights(
        engine: Engine, source: Layout, diffWeights: Layout, diffBias: Layout?, diffDestination: Layout,
        geometry: ConvolutionGeometry, algorithm: ConvolutionAlgorithm = .direct
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try convolution(
            "convolution backward weights", engine, .backwardWeights, algorithm, geometry, nil,
            [
                ("source", source), ("weights gradient", diffWeights), ("bias gradient", diffBias),
                ("destination gradient", diffDestination),
            ],
            [.source, .diffWeights, .diffBias, .diffDestination])
    }

    /// `roles` are source, weights, bias and destination, or their gradients, in this order.
    private static func convolution(
        _ operation: String, _ engine: Engine, _ pass: Pass, _ algorithm: ConvolutionAlgorithm, _ geometry: ConvolutionGeometry,
        _ activation: EltwiseKind?, _ roles: [(String, Layout?)], _ candidates: [Argument]
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try PrimitiveDescriptor(
            algorithm == .winograd ? "Winograd \(operation)" : operation, engine: engine, roles: roles, candidates: candidates
        ) { handles, created in
            onednn_convolution_create(
                engine.handle, pass.number, algorithm.number, handles[0], handles[1], handles[2], handles[3],
                geometry.strides.map(Int64.init), geometry.skippedElements, geometry.paddingBegin.map(Int64.init),
                geometry.paddingEnd.map(Int64.init), activation.number, &created)
        }
    }
}
