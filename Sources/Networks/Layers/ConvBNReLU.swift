public import Graphs

/// A convolution without bias, batch normalisation and a ReLU: what the networks since 2015 are made of.
///
/// Parameters: those of `name.conv` and `name.bn`; of a layer that is given a number, of `conv1` and `bn1`, as ResNet has them. Weights start
/// by He's normal distribution by their outputs, K·R·S.
///
/// Source: S. Ioffe, C. Szegedy, "Batch Normalization", ICML 2015, section 3.2.
public struct ConvBNReLU: Layer {
    public let convolution: Conv2D
    public let normalization: BatchNorm
    public let hasReLU: Bool
    /// The scope of its layers, where they have one of their own.
    public let name: String?
    private let isScope: Bool

    /// - Parameters:
    ///   - padding: half the kernel if not given: at stride 1 an odd kernel keeps rows and columns.
    ///   - relu: whether a ReLU follows.
    ///   - initialScale: what the normalisation's scale begins with.
    ///   - number: behind the names of its layers, which have no scope of their own then.
    public init(
        _ filters: Int, kernel: RowsAndColumns, stride: RowsAndColumns = 1, padding: RowsAndColumns? = nil, groups: Int = 1,
        relu: Bool = true, epsilon: Float = 1e-5, initialScale: Float = 1, name: String? = nil, number: Int? = nil
    ) {
        let suffix = number.map(String.init) ?? ""
        convolution = Conv2D(
            filters, kernel: kernel, stride: stride, padding: padding ?? RowsAndColumns(kernel.rows / 2, kernel.columns / 2),
            groups: groups, bias: false, weightInitializer: .heNormal(fanIn: filters * kernel.rows * kernel.columns),
            name: "conv\(suffix)")
        normalization = BatchNorm(epsilon: epsilon, initialScale: initialScale, name: "bn\(suffix)")
        hasReLU = relu
        self.name = name
        isScope = number == nil
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let layers = Sequential {
            convolution
            normalization
            if hasReLU { ReLU() }
        }
        guard isScope else { return try layers.apply(to: input, in: &builder) }
        return try builder.inScope(name ?? builder.nextName("unit")) { builder throws(NetworkError) in
            try layers.apply(to: input, in: &builder)
        }
    }
}
