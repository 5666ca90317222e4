import Networks
import Parallelism

/// The memory of one worker: its arena, its optimizer state, and the parameters that it shares with its device's lanes.
final class WorkerMemory {
    let arena: Arena
    private let papers: [PlanPurpose: UnboundPlan]
    private let plan: WorkerMemoryPlan
    private(set) var velocities: [Int: Arena] = [:]
    let parameterAddress: (Int) -> UnsafeMutableRawPointer

    init(
        _ papers: [PlanPurpose: UnboundPlan], _ plan: WorkerMemoryPlan,
        parameterAddress: @escaping (Int) -> UnsafeMutableRawPointer
    ) throws(ExecutionError) {
        self.papers = papers
        self.plan = plan
        arena = try Arena(byteCount: plan.arenaBytes)
        self.parameterAddress = parameterAddress
    }

    var scratchpad: UnsafeMutableRawPointer { arena.base + plan.scratchpadOffset }

    func address(of id: UnboundPlan.BufferID, in purpose: PlanPurpose) -> UnsafeMutableRawPointer {
        guard let paper = papers[purpose] else { preconditionFailure("no plan for \(purpose)") }
        let owner = paper.owner(of: id)
        if case .parameter(let parameter) = paper.buffers[owner.index].storage { return parameterAddress(parameter) }
        guard let offset = plan.offsets[purpose]?[owner.index] else { preconditionFailure("a buffer without memory") }
        return arena.base + offset
    }

    /// The optimizer's state for `count` elements of a parameter, zero at first.
    func velocity(of parameter: Int, count: Int) throws(ExecutionError) -> UnsafeMutablePointer<Float> {
        if let existing = velocities[parameter] { return existing.base.assumingMemoryBound(to: Float.self) }
        let arena = try Arena(byteCount: count * MemoryLayout<Float>.stride)
        velocities[parameter] = arena
        return arena.base.assumingMemoryBound(to: Float.self)
    }

    /// Bytes that the system has given: of the arena, and for the optimizer's state.
    var mappedBytes: Int { arena.byteCount + velocities.values.reduce(0) { $0 + $1.byteCount } }
}
