/// What one element of a tensor is.
public enum ElementType: String, Sendable, Hashable, Codable {
    /// IEEE single precision.
    case float32
    /// 32-bit signed integers, such as class labels.
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

/// What an axis of a tensor counts.
public enum Axis: String, Sendable, Hashable, Codable {
    /// N: the examples of the batch. A tensor has at most one such axis, the first.
    case example
    /// C: channels, or the features of a vector.
    case channel
    /// K: the output channels that a weight makes.
    case outputChannel
    /// D, H or W of an image; R or S of a kernel.
    case space
    /// The elements of a slice, in the order in which they are stored.
    case element
}

/// The shape of a tensor, what its axes count, and what its elements are.
public struct TensorType: Sendable, Hashable, CustomStringConvertible {
    public let shape: Shape
    public let element: ElementType
    /// One for each of the shape's axes.
    public let axes: [Axis]

    public init(_ shape: Shape, _ element: ElementType = .float32, axes: [Axis]) {
        precondition(axes.count == shape.rank, "\(axes.count) names for the axes of \(shape)")
        precondition(!axes.dropFirst().contains(.example), "examples are counted by the first axis alone")
        self.shape = shape
        self.element = element
        self.axes = axes
    }

    /// Something of each example: [N], [N, C] or [N, C, H, W].
    public static func examples(_ shape: Shape, _ element: ElementType = .float32) -> TensorType {
        TensorType(
            shape, element,
            axes: Array([Axis.example, .channel].prefix(shape.rank)) + shape.dimensions.dropFirst(2).map { _ in .space })
    }

    /// What makes K channels of C: [K, C] or [K, C, R, S].
    public static func weight(_ shape: Shape) -> TensorType {
        TensorType(
            shape,
            axes: Array([Axis.outputChannel, .channel].prefix(shape.rank)) + shape.dimensions.dropFirst(2).map { _ in .space })
    }

    /// A number for each channel: [C].
    public static func channels(_ count: Int) -> TensorType { TensorType([count], axes: [.channel]) }

    /// The same with another shape of as many axes.
    public func with(_ shape: Shape) -> TensorType { TensorType(shape, element, axes: axes) }

    /// Whether the first axis counts the batch's examples.
    public var hasExamples: Bool { axes.first == .example }

    /// Bytes of the elements, without a kernel's padding.
    public var byteCount: Int { shape.elementCount * element.byteCount }

    public var description: String { "\(element.rawValue) \(shape)" }
}
