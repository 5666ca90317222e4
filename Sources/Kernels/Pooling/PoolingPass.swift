import Networks
import OneDNN

/// A pooling or its gradient, whatever the shapes: what all its kernels are told.
struct PoolingPass: Sendable {
    enum Kind: Sendable {
        case maximum(keepsWinners: Bool)
        case maximumGradient
        case average(countsPadding: Bool)
        case averageGradient(countsPadding: Bool)
    }

    let kind: Kind
    let window: WindowGeometry

    init(_ kind: Kind, _ window: WindowGeometry) {
        self.kind = kind
        self.window = window
    }
}

extension PoolingGeometry {
    init(_ window: WindowGeometry) {
        self.init(
            kernel: window.kernel, strides: window.stride, paddingBegin: window.paddingBegin, paddingEnd: window.paddingEnd)
    }
}
