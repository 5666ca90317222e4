import KernelChoices
import OneDNN

extension FusedActivation {
    /// As the library applies it to what it stores.
    var eltwise: EltwiseKind {
        switch self {
        case .relu: .relu
        case .tanh: .tanh
        case .sigmoid: .logistic
        }
    }
}
