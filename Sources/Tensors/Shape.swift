/// The extents of a tensor, outermost first.
///
/// Axis legend of every shape in this package: **N** batch, **C** input channels, **K** output channels, **H W** height and
/// width, **R S** kernel height and width, **G** groups.
public struct Shape: Sendable, Hashable, ExpressibleByArrayLiteral {
    /// The extent of each axis, in elements; none is negative.
    public let dimensions: [Int]

    public init(_ dimensions: [Int]) {
        precondition(dimensions.allSatisfy { $0 >= 0 }, "a shape's extents cannot be negative: \(dimensions)")
        self.dimensions = dimensions
    }

    public init(arrayLiteral elements: Int...) {
        self.init(elements)
    }

    /// The number of axes.
    public var rank: Int { dimensions.count }

    /// The number of elements: the product of the extents, 1 for a scalar.
    public var elementCount: Int { dimensions.reduce(1, *) }

    /// The number of elements; nil where it is more than an `Int` holds.
    public var countedElements: Int? {
        dimensions.reduce(1 as Int?) { product, extent in
            guard let (next, isBeyond) = product?.multipliedReportingOverflow(by: extent), !isBeyond else { return nil }
            return next
        }
    }

    public subscript(axis: Int) -> Int { dimensions[axis] }

    /// The shape with one extent exchanged.
    public func replacing(axis: Int, with extent: Int) -> Shape {
        var copy = dimensions
        copy[axis] = extent
        return Shape(copy)
    }

    /// The row-major distance, in elements, between neighbours along each axis.
    public var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) {
            strides[axis] = strides[axis + 1] * dimensions[axis + 1]
        }
        return strides
    }
}

extension Shape: CustomStringConvertible {
    /// `64 × 96 × 55 × 55`, or `scalar`.
    public var description: String {
        dimensions.isEmpty ? "scalar" : dimensions.map(String.init).joined(separator: " × ")
    }
}
