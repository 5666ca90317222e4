public import KernelChoices
import OneDNN

extension Precision {
    /// Whether the processor has instructions for products in this format.
    public var isSupported: Bool {
        InstructionSet.libraryIsLimited
        return switch self {
        case .f32: true
        case .bf16: Engine.processorHasBFloat16
        }
    }
}
