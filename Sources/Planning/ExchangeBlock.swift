/// A block of a tensor as it lies in memory while it is exchanged: row-major, or in blocks of channels that no cut divides.
package struct ExchangeBlock: Sendable, Equatable {
    /// Global indices along each axis.
    package let ranges: [Range<Int>]

    package init(ranges: [Range<Int>]) {
        self.ranges = ranges
    }

    package func intersection(_ other: ExchangeBlock) -> ExchangeBlock {
        ExchangeBlock(ranges: zip(ranges, other.ranges).map { $0.clamped(to: $1) })
    }

    package var isEmpty: Bool { ranges.contains(where: \.isEmpty) }
    package var elementCount: Int { ranges.reduce(1) { $0 * $1.count } }

    /// Global indices along axis 0.
    package var rows: Range<Int> { ranges.first ?? 0..<1 }

    /// Elements from one row to the next.
    package var rowStride: Int { ranges.dropFirst().reduce(1) { $0 * $1.count } }

    /// Where a block within this one begins, elements from this one's beginning.
    package func offset(of part: ExchangeBlock) -> Int {
        zip(ranges, part.ranges).reduce(0) { $0 * $1.0.count + $1.1.lowerBound - $1.0.lowerBound }
    }

    /// Runs of elements that lie one behind the other in this block and in another one: `rows` of them, at equal distances in either.
    package struct Run: Equatable {
        /// Elements from this block's beginning to the first run, and from one to the next.
        package let offset: Int
        package let stride: Int
        /// The same in the other block.
        package let otherOffset: Int
        package let otherStride: Int
        package let rows: Int
        /// Elements of each.
        package let length: Int
    }

    /// The runs of what this block and another one have in common, in its order.
    ///
    ///     [N, C, H, W], divided by channels: one run of N rows; by height: for each channel one run of N rows
    package func runs(in other: ExchangeBlock) -> [Run] {
        let part = intersection(other)
        guard !part.isEmpty else { return [] }
        // The innermost axis along which one of the two is more than the part: behind it all lies in one piece.
        let cut = ranges.indices.last { ranges[$0] != part.ranges[$0] || other.ranges[$0] != part.ranges[$0] } ?? 0
        let length = part.ranges[cut...].reduce(1) { $0 * $1.count }
        let rows = cut == 0 ? 1 : part.ranges[0].count
        return part.cornersBetweenRows(and: cut).map { corner in
            Run(
                offset: offset(of: corner), stride: rowStride, otherOffset: other.offset(of: corner),
                otherStride: other.rowStride, rows: rows, length: length)
        }
    }

    /// The blocks that begin with each combination of indices along the axes between the first one and `cut`.
    private func cornersBetweenRows(and cut: Int) -> [ExchangeBlock] {
        guard cut > 1 else { return [self] }
        return (1..<cut).reduce([self]) { corners, axis in
            corners.flatMap { corner in
                ranges[axis].map { index in
                    var ranges = corner.ranges
                    ranges[axis] = index..<ranges[axis].upperBound
                    return ExchangeBlock(ranges: ranges)
                }
            }
        }
    }
}
