public import Graphs
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

/// The mean of each channel, over all its pixels. Input [N, C, H, W], output [N, C].
///
/// Source: M. Lin et al., "Network In Network", ICLR 2014, section 3.2.
public struct GlobalAveragePool2D: Layer {
    public init() {}

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let shape = builder.type(input).shape
        guard shape.rank == 4 else { throw .shape(operation: "pooling", expected: "images [N, C, H, W]", actual: "\(shape)") }
        let kernel = Array(shape.dimensions[2...])
        let window = try WindowGeometry(
            kernel: kernel, stride: [1, 1], paddingBegin: [0, 0], paddingEnd: [0, 0], dilation: [1, 1], operation: "pooling")
        return try builder.inLayer(builder.nextName("pool")) { builder throws(NetworkError) in
            let means = try builder.add(AveragePooling(window: window, countsPadding: false), [input])
            return try builder.add(Reshape(extents: [shape[1]]), means)[0]
        }
    }
}

/// Smooths and takes every `stride`-th element; see `BlurPooling`. Input [N, C, H, W], output [N, C, H′, W′].
public struct BlurPool2D: Layer {
    public let stride: Int

    public init(stride: Int = 2) {
        self.stride = stride
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer(builder.nextName("blur")) { builder throws(NetworkError) in
            try builder.add(BlurPooling(stride: stride), [input])[0]
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
