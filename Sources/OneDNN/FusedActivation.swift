import COneDNN

/// A function applied to each element as a convolution or dense layer stores it. Its backward pass can use the stored result.
package enum FusedActivation: Sendable, Hashable {
    case relu, tanh, sigmoid

    /// The eltwise kind whose backward pass takes what the fused kernel stored.
    package var eltwise: EltwiseKind {
        switch self {
        case .relu: .reluUsingDestination
        case .tanh: .tanhUsingDestination
        case .sigmoid: .logisticUsingDestination
        }
    }
}

extension FusedActivation? {
    var number: Int32 {
        switch self {
        case .none: Int32(onednn_eltwise_none)
        case .relu: Int32(onednn_eltwise_relu)
        case .tanh: Int32(onednn_eltwise_tanh)
        case .sigmoid: Int32(onednn_eltwise_logistic)
        }
    }
}
