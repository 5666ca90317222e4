import KernelChoices
import Tensors
import Testing

@Suite struct MemoryPlanTests {
    @Test func nothingTakesNothing() {
        #expect(MemoryPlan(for: []).byteCount == 0)
        #expect(MemoryPlan(for: [MemoryPlan.Demand(byteCount: 0, first: 0, last: 3)]).byteCount == 0)
    }

    @Test func buffersAliveTogetherNeverOverlap() {
        let random = RandomSource(seed: 3, purpose: .synthesis)
        for round in 0..<200 {
            let demands = (0..<30).map { index in
                let first = random.integer(step: round, index: 3 * index, below: 40)
                return MemoryPlan.Demand(
                    byteCount: random.integer(step: round, index: 3 * index + 1, below: 5000), first: first,
                    last: first + random.integer(step: round, index: 3 * index + 2, below: 12))
            }
            let plan = MemoryPlan(for: demands)
            for a in demands.indices {
                #expect(plan.offsets[a] % MemoryPlan.alignment == 0)
                #expect(plan.offsets[a] + demands[a].byteCount <= plan.byteCount)
                for b in demands.indices where b > a {
                    let together = demands[a].first <= demands[b].last && demands[b].first <= demands[a].last
                    guard together, demands[a].byteCount > 0, demands[b].byteCount > 0 else { continue }
                    let apart =
                        plan.offsets[a] + demands[a].byteCount <= plan.offsets[b]
                        || plan.offsets[b] + demands[b].byteCount <= plan.offsets[a]
                    #expect(apart, "\(demands[a]) at \(plan.offsets[a]) and \(demands[b]) at \(plan.offsets[b])")
                }
            }
        }
    }

    /// The drawing above `MemoryPlan`: A meets B and D; C comes after A and B.
    @Test func buffersOfDifferentTimesShareMemory() {
        let plan = MemoryPlan(for: [
            MemoryPlan.Demand(byteCount: 640, first: 0, last: 4),
            MemoryPlan.Demand(byteCount: 320, first: 0, last: 2),
            MemoryPlan.Demand(byteCount: 640, first: 5, last: 9),
            MemoryPlan.Demand(byteCount: 320, first: 3, last: 9),
        ])
        #expect(plan.byteCount == 960)
    }

    @Test func aChainNeedsTheTwoLargestNeighboursOnly() {
        let plan = MemoryPlan(
            for: (0..<10).map { MemoryPlan.Demand(byteCount: 6400, first: $0, last: $0 + 1) })
        #expect(plan.byteCount == 2 * 6400)
    }
}
