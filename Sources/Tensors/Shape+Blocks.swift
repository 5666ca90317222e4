extension Shape {
    /// Where a block lies in a row-major tensor of this shape, if that is one run of its elements.
    package func run(of ranges: [Range<Int>]) -> Range<Int>? {
        precondition(ranges.count == rank, "\(ranges.count) ranges for a tensor of rank \(rank)")
        let strides = strides
        let first = zip(ranges, strides).reduce(0) { $0 + $1.0.lowerBound * $1.1 }
        let count = ranges.reduce(1) { $0 * $1.count }
        // Behind the first axis that is not a single index, all have to be whole.
        let open = ranges.firstIndex { $0.count != 1 } ?? rank
        let isRun = ranges.indices.allSatisfy { $0 <= open || ranges[$0].count == dimensions[$0] }
        return isRun ? first..<first + count : nil
    }

    /// Calls `body` with the flat range of each innermost row of a block, in order.
    package func forEachRow(of ranges: [Range<Int>], _ body: (Range<Int>) -> Void) {
        precondition(ranges.count == rank, "\(ranges.count) ranges for a tensor of rank \(rank)")
        guard let inner = ranges.last else {
            body(0..<1)
            return
        }
        guard ranges.allSatisfy({ !$0.isEmpty }) else { return }
        let strides = strides
        var index = ranges.dropLast().map(\.lowerBound)
        while true {
            let start = zip(index, strides).reduce(0) { $0 + $1.0 * $1.1 }
            body(start + inner.lowerBound..<start + inner.upperBound)
            var axis = index.count - 1
            while axis >= 0 {
                index[axis] += 1
                if index[axis] < ranges[axis].upperBound { break }
                index[axis] = ranges[axis].lowerBound
                axis -= 1
            }
            if axis < 0 { return }
        }
    }
}
