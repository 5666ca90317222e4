/// What one element of a tensor is.
public enum ElementType: String, Sendable, Hashable, Codable {
    /// IEEE single precision.
    case float32
    /// 32-bit signed integers: class labels.
    case int32
    /// Bytes whose meaning only the kernel knows that wrote them (which window element won, an intermediate sum).
    /// Such a tensor is never exchanged, exported or reshaped; its size is the kernel's to say.
    case workspace

    /// Bytes per element; a workspace counts as one byte per element until its kernel says otherwise.
    public var byteCount: Int {
        switch self {
        case .float32, .int32: 4
        case .workspace: 1
        }
    }
}

/// The shape of a tensor and what its elements are.
public struct TensorType: Sendable, Hashable, CustomStringConvertible {
    public let shape: Shape
    public let element: ElementType

    public init(_ shape: Shape, _ element: ElementType = .float32) {
        self.shape = shape
        self.element = element
    }

    /// Bytes of the elements, without a kernel's padding.
    public var byteCount: Int { shape.elementCount * element.byteCount }

    public var description: String { "\(element.rawValue) \(shape)" }
}
