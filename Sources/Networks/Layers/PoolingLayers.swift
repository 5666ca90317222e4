import Tensors

/// How a pooling's output extent is rounded when the last window does not fit: down drops it (PyTorch's default), up keeps
/// it (Caffe's).
public enum PoolingRounding: String, Sendable, Hashable {
    case down
    case up
}

/// The maximum over windows that may overlap. Input [N, C, H, W], output [N, C, H′, W′].
public struct MaxPool2D: Layer {
    public let kernel: Int
    public let stride: Int
    public let padding: Int
    public let rounding: PoolingRounding

    /// - Parameter stride: the kernel's extent if not given: windows side by side.
    public init(_ kernel: Int, stride: Int? = nil, padding: Int = 0, rounding: PoolingRounding = .down) {
        self.kernel = kernel
        self.stride = stride ?? kernel
        self.padding = padding
        self.rounding = rounding
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let window = try poolingWindow(kernel, stride, padding, rounding, input: input, in: builder)
        let keepsWinners = builder.purpose == .training
        return try builder.inLayer(builder.nextName("pool")) { builder throws(NetworkError) in
            try builder.add(MaxPooling(window: window, keepsWinners: keepsWinners), [input])[0]
        }
    }
}

/// The mean over windows. Input [N, C, H, W], output [N, C, H′, W′].
public struct AvgPool2D: Layer {
    public let kernel: Int
    public let stride: Int
    public let padding: Int
    public let rounding: PoolingRounding
    public let countsPadding: Bool

    /// - Parameters:
    ///   - stride: the kernel's extent if not given: windows side by side.
    ///   - countsPadding: whether the padding's zeros count in the mean, as PyTorch has it. What a window that is kept by
    ///     rounding up reaches beyond the padding counts with it (in PyTorch it does not).
    public init(
        _ kernel: Int, stride: Int? = nil, padding: Int = 0, rounding: PoolingRounding = .down, countsPadding: Bool = true
    ) {
        self.kernel = kernel
        self.stride = stride ?? kernel
        self.padding = padding
        self.rounding = rounding
        self.countsPadding = countsPadding
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let window = try poolingWindow(kernel, stride, padding, rounding, input: input, in: builder)
        return try builder.inLayer(builder.nextName("pool")) { builder throws(NetworkError) in
            try builder.add(AveragePooling(window: window, countsPadding: countsPadding), [input])[0]
        }
    }
}

private func poolingWindow(
    _ kernel: Int, _ stride: Int, _ padding: Int, _ rounding: PoolingRounding, input: ValueID, in builder: GraphBuilder
) throws(NetworkError) -> WindowGeometry {
    let shape = builder.type(input).shape
    guard shape.rank == 4 else { throw .shape(operation: "pooling", expected: "images [N, C, H, W]", actual: "\(shape)") }
    let window = try WindowGeometry(kernel: kernel, stride: stride, padding: padding, operation: "pooling")
    guard rounding == .up else { return window }
    return try window.roundingUp(for: Array(shape.dimensions[2...]), operation: "pooling")
}
