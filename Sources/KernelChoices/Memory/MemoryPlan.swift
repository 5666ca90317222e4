/// Where buffers lie in an arena: a pure function from sizes and lifetimes to offsets.
///
/// Buffers whose lifetimes do not meet may share memory:
///
///     offset
///       ▲   ┌──────────┐┌───────────────┐
///       │   │    B     ││       D       │
///       │   ├──────────┴┴──┬────────────┤
///       │   │      A       │     C      │
///       └───┴──────────────┴────────────┴──▶ item
package struct MemoryPlan: Sendable, Equatable {
    /// What has to be kept, and from which item to which, both included.
    package struct Demand: Sendable, Equatable {
        package let byteCount: Int
        package let first: Int
        package let last: Int

        package init(byteCount: Int, first: Int, last: Int) {
            self.byteCount = byteCount
            self.first = first
            self.last = last
        }
    }

    /// One offset per demand, bytes, multiples of `alignment`.
    package let offsets: [Int]
    /// The arena's size, bytes.
    package let byteCount: Int

    /// A cache line and the widest vector register.
    package static let alignment = 64

    /// Places the largest demands first, each at the lowest offset where it meets no other that is alive with it.
    /// Cost: O(n²) for n demands.
    package init(for demands: [Demand]) {
        var offsets = [Int](repeating: 0, count: demands.count)
        var placed: [Int] = []
        var end = 0
        let order = demands.indices.sorted {
            (demands[$1].byteCount, demands[$0].first) < (demands[$0].byteCount, demands[$1].first)
        }
        for index in order {
            let demand = demands[index]
            let size = Self.aligned(demand.byteCount)
            let alive = placed.filter { demands[$0].first <= demand.last && demand.first <= demands[$0].last }
                .sorted { offsets[$0] < offsets[$1] }
            var offset = 0
            for other in alive {
                if offset + size <= offsets[other] { break }
                offset = max(offset, offsets[other] + Self.aligned(demands[other].byteCount))
            }
            offsets[index] = offset
            end = max(end, offset + size)
            placed.append(index)
        }
        self.offsets = offsets
        byteCount = end
    }

    package static func aligned(_ byteCount: Int) -> Int {
        (byteCount + alignment - 1) / alignment * alignment
    }
}
