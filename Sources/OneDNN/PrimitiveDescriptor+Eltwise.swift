import COneDNN
package import Layouts

/// A function of one element. The kinds that use the destination compute their gradient from the result rather than from the
/// input, so that the input need not be kept; forward they are the same functions.
package enum EltwiseKind: Sendable, Hashable, CaseIterable {
    case relu, tanh, logistic
    /// By the error function, not by its approximation with a tangent.
    case gelu
    case reluUsingDestination, tanhUsingDestination, logisticUsingDestination

    /// The backward pass takes the destination instead of the source.
    package var usesDestination: Bool {
        switch self {
        case .relu, .tanh, .logistic, .gelu: false
        case .reluUsingDestination, .tanhUsingDestination, .logisticUsingDestination: true
        }
    }

    var number: Int32 {
        switch self {
        case .relu: Int32(onednn_eltwise_relu)
        case .tanh: Int32(onednn_eltwise_tanh)
        case .logistic: Int32(onednn_eltwise_logistic)
        case .gelu: Int32(onednn_eltwise_gelu)
        case .reluUsingDestination: Int32(onednn_eltwise_relu_using_destination)
        case .tanhUsingDestination: Int32(onednn_eltwise_tanh_using_destination)
        case .logisticUsingDestination: Int32(onednn_eltwise_logistic_using_destination)
        }
    }
}

extension EltwiseKind? {
    /// As what is applied to each element of a result before it is stored.
    var number: Int32 { map(\.number) ?? Int32(onednn_eltwise_none) }
}

// Source and destination, or their gradients, may be the same memory.
extension PrimitiveDescriptor {
    /// destination = f(source), in one layout. The logistic function does not keep zeros in a padded layout's padding; oneDNN restores them.
    package static func eltwiseForward(
        engine: Engine, kind: EltwiseKind, data: Layout, training: Bool
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try PrimitiveDescriptor(
            "\(kind) forward", engine: engine, roles: [("data", data)], candidates: [.source, .destination]
        ) { handles, created in
            onednn_eltwise_create(
                engine.handle, Pass.forward(training: training).number, kind.number, handles[0], nil, &created)
        }
    }

    /// diffSource = f′ · diffDestination. `data` is the layout of the source or, where the kind uses it, of the destination.
    package static func eltwiseBackward(
        engine: Engine, kind: EltwiseKind, data: Layout, gradient: Layout
    ) throws(OneDNNError) -> PrimitiveDescriptor {
        try PrimitiveDescriptor(
            "\(kind) backward", engine: engine, roles: [("data", data), ("gradient", gradient)],
            candidates: [kind.usesDestination ? .destination : .source, .diffSource, .diffDestination]
        ) { handles, created in
            onednn_eltwise_create(
                engine.handle, Pass.backwardData.number, kind.number, handles[0], handles[1], &created)
        }
    }
}
