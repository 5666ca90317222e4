package import Layouts

/// The number format of activations, their gradients, and the factors of matrix products. Weights, their gradients, the
/// optimizer's state, sums and the loss are in single precision in either.
public enum Precision: String, Sendable, Hashable, CaseIterable {
    case f32
    /// bfloat16: the range of single precision with 8 bits of significand.
    case bf16

    /// As the elements of a layout have it.
    package var element: ElementKind {
        switch self {
        case .f32: .f32
        case .bf16: .bf16
        }
    }
}
