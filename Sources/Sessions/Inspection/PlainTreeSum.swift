/// A sum in the order in which gradients and activations are added, by its definition: the left half, a power of two as large as it
/// can be, plus the right half. Shares nothing with `TreeSum`, which goes through the levels from below.
final class PlainTreeSum {
    /// Terms, or sums of neighbouring ones that have been made before: which terms each is of.
    private let nodes: [Range<Int>]
    private let all: Range<Int>
    private let room: UnsafeMutablePointer<Float>

    /// Elements summed at a time.
    static let chunk = 512
    /// Halvings of the largest number of terms that there can be.
    private static let depth = 64

    init(_ nodes: [Range<Int>]) {
        self.nodes = nodes
        all = 0..<(nodes.last?.upperBound ?? 0)
        room = .allocate(capacity: Self.depth * Self.chunk)
        room.initialize(repeating: 0, count: Self.depth * Self.chunk)
    }

    deinit { room.deallocate() }

    /// The sums of the first `count` elements, at most `chunk`, of the nodes at `addresses`; they stay until the next call.
    func sum(_ addresses: [UnsafePointer<Float>], count: Int) -> UnsafePointer<Float> {
        sum(all, addresses, count, level: 0)
    }

    private func sum(_ run: Range<Int>, _ addresses: [UnsafePointer<Float>], _ count: Int, level: Int) -> UnsafePointer<Float> {
        if let node = nodes.firstIndex(of: run) { return addresses[node] }
        precondition(run.count > 1, "term \(run.lowerBound) of a sum is missing")
        var half = 1
        while half * 2 < run.count { half *= 2 }
        let middle = run.lowerBound + half
        let total = room + level * Self.chunk
        total.update(from: sum(run.lowerBound..<middle, addresses, count, level: level + 1), count: count)
        let right = sum(middle..<run.upperBound, addresses, count, level: level + 1)
        for element in 0..<count { total[element] += right[element] }
        return UnsafePointer(total)
    }
}
