/// Adds vectors in one fixed order, whatever their number and length: neighbours pairwise, then the pairs, and so on.
///
///     0   1   2   3   4
///     └─┬─┘   └─┬─┘   │
///       └───┬───┘     │
///           └────┬────┘
///
/// The order depends on the number of summands alone, so the sum has the same bits whoever computes which part of it.
package final class TreeSum {
    private let count: Int
    private let partial: UnsafeMutablePointer<Float>

    /// Elements handled at a time: small enough that the partial sums stay in the first-level cache.
    static let chunk = 1024

    /// - Parameter count: the number of summands.
    init(count: Int) {
        self.count = count
        partial = .allocate(capacity: max(1, (count + 1) / 2) * Self.chunk)
        partial.initialize(repeating: 0, count: max(1, (count + 1) / 2) * Self.chunk)
    }

    deinit { partial.deallocate() }

    /// Writes the sum of `length` elements, at most `chunk`, of each summand from `offset` on to `destination`, which may be
    /// one of the summands.
    @inline(__always)
    func sum(
        _ summands: UnsafePointer<UnsafePointer<Float>>, offset: Int, length: Int, into destination: UnsafeMutablePointer<Float>
    ) {
        if count == 1 {
            destination.update(from: summands[0] + offset, count: length)
            return
        }
        if count == 2 {
            Self.add(summands[0] + offset, summands[1] + offset, length, into: destination)
            return
        }
        var remaining = 0
        var index = 0
        while index < count {
            let place = partial + remaining * Self.chunk
            if index + 1 < count {
                Self.add(summands[index] + offset, summands[index + 1] + offset, length, into: place)
            } else {
                place.update(from: summands[index] + offset, count: length)
            }
            remaining += 1
            index += 2
        }
        while remaining > 2 {
            var next = 0
            index = 0
            while index < remaining {
                let place = partial + next * Self.chunk
                let first = partial + index * Self.chunk
                if index + 1 < remaining {
                    Self.add(first, first + Self.chunk, length, into: place)
                } else {
                    place.update(from: first, count: length)
                }
                next += 1
                index += 2
            }
            remaining = next
        }
        Self.add(partial, partial + Self.chunk, length, into: destination)
    }

    @inline(__always)
    private static func add(
        _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ length: Int, into destination: UnsafeMutablePointer<Float>
    ) {
        for i in 0..<length { destination[i] = a[i] + b[i] }
    }
}
