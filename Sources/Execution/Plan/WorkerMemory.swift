import Networks
import Parallelism

/// The memory of one worker: its arena, its optimizer state, and the parameters that it shares with its device's lanes.
final class WorkerMemory {
    let arena: Arena
    private let plans: [PlanPurpose: (paper: PaperPlan, offsets: [Int?])]
    private let scratchpadOffset: Int
    private(set) var velocities: [Int: Arena] = [:]
    let parameterAddress: (Int) -> UnsafeMutableRawPointer

    /// Lays out the buffers of all purposes in one arena, since only one runs at a time.
    init(_ papers: [PlanPurpose: PaperPlan], parameterAddress: @escaping (Int) -> UnsafeMutableRawPointer) throws(ExecutionError)
    {
        var plans: [PlanPurpose: (paper: PaperPlan, offsets: [Int?])] = [:]
        var end = 0
        for (purpose, paper) in papers {
            let owners = paper.buffers.indices.filter {
                paper.buffers[$0].storage == .arena && paper.buffers[$0].takesOver == nil
            }
            let memory = MemoryPlan(
                for: owners.map {
                    MemoryPlan.Demand(
                        byteCount: paper.buffers[$0].byteCount, first: paper.buffers[$0].first, last: paper.buffers[$0].last)
                })
            var offsets = [Int?](repeating: nil, count: paper.buffers.count)
            for (index, owner) in owners.enumerated() { offsets[owner] = memory.offsets[index] }
            plans[purpose] = (paper, offsets)
            end = max(end, memory.byteCount)
        }
        self.plans = plans
        scratchpadOffset = end
        arena = try Arena(byteCount: end + MemoryPlan.aligned(papers.values.map(\.scratchpadBytes).max() ?? 0))
        self.parameterAddress = parameterAddress
    }

    var scratchpad: UnsafeMutableRawPointer { arena.base + scratchpadOffset }

    func address(of id: PaperPlan.BufferID, in purpose: PlanPurpose) -> UnsafeMutableRawPointer {
        guard let plan = plans[purpose] else { preconditionFailure("no plan for \(purpose)") }
        let owner = plan.paper.owner(of: id)
        if case .parameter(let parameter) = plan.paper.buffers[owner.index].storage { return parameterAddress(parameter) }
        guard let offset = plan.offsets[owner.index] else { preconditionFailure("a buffer without memory") }
        return arena.base + offset
    }

    /// The optimizer's state for `count` elements of a parameter, zero at first.
    func velocity(of parameter: Int, count: Int) throws(ExecutionError) -> UnsafeMutablePointer<Float> {
        if let existing = velocities[parameter] { return existing.base.assumingMemoryBound(to: Float.self) }
        let arena = try Arena(byteCount: count * MemoryLayout<Float>.stride)
        velocities[parameter] = arena
        return arena.base.assumingMemoryBound(to: Float.self)
    }

    /// Bytes by kind, for the memory report: activations and scratch, optimizer state.
    var byteCounts: (arena: Int, optimizer: Int) {
        (arena.byteCount, velocities.values.reduce(0) { $0 + $1.byteCount })
    }
}
