public import Graphs
import Tensors

/// Convolution over H × W with a learned kernel and bias. Input [N, C, H, W], output [N, filters, H′, W′].
///
/// Parameters: `name.weight` [K, C/G, R, S] and `name.bias` [K].
public struct Conv2D: Layer {
    public let filters: Int
    public let kernel: RowsAndColumns
    public let stride: RowsAndColumns
    public let padding: RowsAndColumns
    public let dilation: RowsAndColumns
    public let groups: Int
    public let hasBias: Bool
    public let weightInitializer: Initializer?
    public let biasInitializer: Initializer
    public let name: String?

    /// A convolution with square kernels.
    ///
    /// - Parameters:
    ///   - weightInitializer: He's normal distribution if not given.
    public init(
        _ filters: Int, kernel: Int, stride: Int = 1, padding: Int = 0, dilation: Int = 1, groups: Int = 1, bias: Bool = true,
        weightInitializer: Initializer? = nil, biasInitializer: Initializer = .constant(0), name: String? = nil
    ) {
        self.init(
            filters, kernel: RowsAndColumns(kernel), stride: RowsAndColumns(stride), padding: RowsAndColumns(padding),
            dilation: RowsAndColumns(dilation), groups: groups, bias: bias, weightInitializer: weightInitializer,
            biasInitializer: biasInitializer, name: name)
    }

    /// One whose kernel may have other rows than columns: `Conv2D(192, kernel: .init(1, 7), padding: .init(0, 3))`.
    public init(
        _ filters: Int, kernel: RowsAndColumns, stride: RowsAndColumns = 1, padding: RowsAndColumns = 0,
        dilation: RowsAndColumns = 1, groups: Int = 1, bias: Bool = true, weightInitializer: Initializer? = nil,
        biasInitializer: Initializer = .constant(0), name: String? = nil
    ) {
        self.filters = filters
        self.kernel = kernel
        self.stride = stride
        self.padding = padding
        self.dilation = dilation
        self.groups = groups
        hasBias = bias
        self.weightInitializer = weightInitializer
        self.biasInitializer = biasInitializer
        self.name = name
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let name = name ?? builder.nextName("conv")
        let shape = builder.type(input).shape
        guard shape.rank == 4 else {
            throw .shape(operation: "convolution \(name)", expected: "images [N, C, H, W]", actual: "\(shape)")
        }
        guard groups > 0, shape[1] % groups == 0, filters % groups == 0, filters > 0 else {
            throw .layer(
                name: name, reason: "its \(groups) groups do not divide \(shape[1]) input and \(filters) output channels")
        }
        let window = try WindowGeometry(
            kernel: kernel.both, stride: stride.both, paddingBegin: padding.both, paddingEnd: padding.both,
            dilation: dilation.both, operation: "convolution \(name)")
        let fanIn = saturatingProduct(shape[1] / groups, window.area)
        return try builder.inLayer(name) { builder throws(NetworkError) in
            let weight = try builder.addParameter(
                Parameter(
                    name: "\(name).weight", shape: Shape([filters, shape[1] / groups] + kernel.both), kind: .weight, fanIn: fanIn,
                    initializer: weightInitializer ?? .heNormal(fanIn: fanIn)))
            var inputs = [input, weight]
            if hasBias {
                inputs.append(
                    try builder.addParameter(
                        Parameter(
                            name: "\(name).bias", shape: [filters], kind: .bias, fanIn: fanIn, initializer: biasInitializer)))
            }
            return try builder.add(Convolution(window: window, groups: groups), inputs)[0]
        }
    }
}

/// An extent of rows and one of columns: of a kernel, a stride, a padding or a dilation. A whole number is as many of both.
public struct RowsAndColumns: Sendable, Hashable, ExpressibleByIntegerLiteral {
    public let rows: Int
    public let columns: Int

    public init(_ rows: Int, _ columns: Int) {
        (self.rows, self.columns) = (rows, columns)
    }

    public init(_ both: Int) {
        self.init(both, both)
    }

    public init(integerLiteral both: Int) {
        self.init(both)
    }

    var both: [Int] { [rows, columns] }
}
