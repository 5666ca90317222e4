import OneDNN

/// The number format of activations, their gradients, and the factors of matrix products. Weights, their gradients, the
/// optimizer's state, sums and the loss are in single precision in either.
public enum Precision: String, Sendable, Hashable, CaseIterable {
    case f32
    /// bfloat16: the range of single precision with 8 bits of significand.
    case bf16

    /// Whether the processor has instructions for products in this format.
    public var isSupported: Bool {
        InstructionSet.libraryIsLimited
        return switch self {
        case .f32: true
        case .bf16: Engine.processorHasBFloat16
        }
    }

    var element: ElementKind {
        switch self {
        case .f32: .f32
        case .bf16: .bf16
        }
    }
}
