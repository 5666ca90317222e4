/// A tensor that lives in ordinary memory, row-major: what crosses the border between a device and the rest of the program.
public struct HostTensor: Sendable, Equatable {
    public let shape: Shape
    /// The elements, row-major; `shape.elementCount` of them.
    public var values: [Float]

    public init(_ shape: Shape, _ values: [Float]) {
        precondition(
            values.count == shape.elementCount, "\(values.count) values do not fill a tensor of \(shape) (\(shape.elementCount))")
        self.shape = shape
        self.values = values
    }

    public init(zeros shape: Shape) {
        self.init(shape, [Float](repeating: 0, count: shape.elementCount))
    }

    /// The block of elements whose indices lie in `ranges`, one range per axis. Cost: one copy of the block.
    public func block(_ ranges: [Range<Int>]) -> HostTensor {
        var result = [Float]()
        let blockShape = Shape(ranges.map(\.count))
        result.reserveCapacity(blockShape.elementCount)
        shape.forEachRow(of: ranges) { result.append(contentsOf: values[$0]) }
        return HostTensor(blockShape, result)
    }

    /// Writes `block` to the elements whose indices lie in `ranges`. Cost: one copy of the block.
    public mutating func setBlock(_ ranges: [Range<Int>], to block: HostTensor) {
        precondition(block.shape == Shape(ranges.map(\.count)), "a block of \(block.shape) does not fit \(ranges)")
        var source = 0
        shape.forEachRow(of: ranges) { row in
            values.replaceSubrange(row, with: block.values[source..<source + row.count])
            source += row.count
        }
    }
}
