package import Tensors

/// A tensor of the reference interpreter: double precision, row-major. Labels and kernels' workspaces are numbers, too.
package struct ReferenceTensor: Sendable, Equatable {
    package let shape: Shape
    /// The elements, row-major; `shape.elementCount` of them.
    package var values: [Double]

    package init(_ shape: Shape, _ values: [Double]) {
        precondition(
            values.count == shape.elementCount, "\(values.count) values do not fill a tensor of \(shape) (\(shape.elementCount))")
        self.shape = shape
        self.values = values
    }

    package init(zeros shape: Shape) {
        self.init(shape, [Double](repeating: 0, count: shape.elementCount))
    }

    /// The same elements, widened.
    package init(_ tensor: HostTensor) {
        self.init(tensor.shape, tensor.values.map(Double.init))
    }

    /// The same elements, rounded.
    package var rounded: HostTensor { HostTensor(shape, values.map { Float($0) }) }

    /// Like `shape`, with the function's value at every place.
    package func map(_ function: (Double) -> Double) -> ReferenceTensor {
        ReferenceTensor(shape, values.map(function))
    }

    /// Adds the elements of a tensor of the same shape.
    mutating func add(_ other: ReferenceTensor) {
        precondition(other.shape == shape, "\(other.shape) is added to \(shape)")
        for i in values.indices { values[i] += other.values[i] }
    }

    /// Calls `body` with each channel of each example of a tensor [N, C, …]: the channel and where its elements lie.
    func forEachChannel(_ body: (_ channel: Int, _ elements: Range<Int>) -> Void) {
        let extent = shape.dimensions[2...].reduce(1, *)
        for block in 0..<shape[0] * shape[1] {
            body(block % shape[1], block * extent..<(block + 1) * extent)
        }
    }
}
