/// The number format of a tensor's elements, as kernels distinguish them.
package enum ElementKind: Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case f32, bf16, i32, i8, u8

    /// Bytes of one element.
    package var byteCount: Int {
        switch self {
        case .f32, .i32: 4
        case .bf16: 2
        case .i8, .u8: 1
        }
    }

    package var description: String {
        switch self {
        case .f32: "f32"
        case .bf16: "bf16"
        case .i32: "i32"
        case .i8: "i8"
        case .u8: "u8"
        }
    }
}
