import COneDNN
package import Layouts

/// What becomes of the elements under a pooling window.
package enum PoolingKind: Sendable, Hashable, CaseIterable {
    case max
    /// Divided by the window's size.
    case averageIncludePadding
    /// Divided by the number of elements that are not padding.
    case averageExcludePadding

    var number: Int32 {
        switch self {
        case .max: Int32(onednn_pooling_max)
        case .averageIncludePadding: Int32(onednn_pooling_average_include_padding)
        case .averageExcludePadding: Int32(onednn_pooling_average_exclude_padding)
        }
    }
}

// Shapes: source [N, C, H, W], destination [N, C, H', W'].
extension PrimitiveDescriptor {
    /// In training, max pooling keeps the winners' positions in a workspace. Leave `source` concrete, `destination` open.
    package static func poolingForward(
        engine: Engine, kind: PoolingKind, source: Layout, destination: Layout, geometry: PoolingGeometry, training: Bool
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try pooling(
            "\(kind) pooling forward", engine, .forward(training: training), kind, geometry,
            [("source", source), ("destination", destination)], [.source, .destination])
    }

    /// diffSource from diffDestination and, for max, the workspace of the forward pass in the same layouts.
    package static func poolingBackward(
        engine: Engine, kind: PoolingKind, diffSource: Layout, diffDestination: Layout, geometry: PoolingGeometry
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try pooling(
            "\(kind) pooling backward", engine, .backwardData, kind, geometry,
            [("source gradient", diffSource), ("destination gradient", diffDestination)], [.diffSource, .diffDestination])
    }

    private static func pooling(
        _ operation: String, _ engine: Engine, _ pass: Pass, _ kind: PoolingKind, _ geometry: PoolingGeometry,
        _ roles: [(String, Layout?)], _ candidates: [Argument]
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try PrimitiveDescriptor(operation, engine: engine, roles: roles, candidates: candidates) { handles, created in
            onednn_pooling_create(
                engine.handle, pass.number, kind.number, handles[0], handles[1], geometry.kernel.map(Int64.init),
                geometry.strides.map(Int64.init), geometry.paddingBegin.map(Int64.init), geometry.paddingEnd.map(Int64.init),
                &created)
        }
    }
}
