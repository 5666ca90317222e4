import KernelChoices
import Networks
import Parallelism
import Planning

/// The memory of one worker: its arena, its optimizer state, and the parameters that it shares with its device's lanes.
final class WorkerMemory {
    let arena: Arena
    private let unboundPlans: [PlanPurpose: UnboundPlan]
    private let plan: WorkerMemoryPlan
    private(set) var optimizerArenas: [Int: Arena] = [:]
    let parameterAddress: (Int) -> UnsafeMutableRawPointer

    init(
        _ unboundPlans: [PlanPurpose: UnboundPlan], _ plan: WorkerMemoryPlan,
        parameterAddress: @escaping (Int) -> UnsafeMutableRawPointer
    ) throws(ExecutionError) {
        self.unboundPlans = unboundPlans
        self.plan = plan
        arena = try Arena(byteCount: plan.arenaBytes)
        self.parameterAddress = parameterAddress
    }

    var scratchpad: UnsafeMutableRawPointer { arena.base + plan.scratchpadOffset }

    func address(of id: UnboundPlan.BufferID, in purpose: PlanPurpose) -> UnsafeMutableRawPointer {
        guard let unbound = unboundPlans[purpose] else { preconditionFailure("no plan for \(purpose)") }
        let owner = unbound.owner(of: id)
        if case .parameter(let parameter) = unbound.buffers[owner.index].storage { return parameterAddress(parameter) }
        guard let offset = plan.offsets[purpose]?[owner.index] else { preconditionFailure("a buffer without memory") }
        return arena.base + offset
    }

    /// The optimizer's state for `count` elements of a parameter, zero at first.
    func slots(of parameter: Int, slots: Int, count: Int) throws(ExecutionError) -> SlotMemory {
        let arena =
            if let existing = optimizerArenas[parameter] { existing } else {
                try Arena(byteCount: SlotMemory.byteCount(slots: slots, count: count))
            }
        optimizerArenas[parameter] = arena
        return SlotMemory(
            address: arena.base.assumingMemoryBound(to: Float.self), stride: SlotMemory.stride(of: count), slotCount: slots)
    }

    /// Bytes that the system has given: of the arena, and for the optimizer's state.
    var mappedBytes: Int { arena.byteCount + optimizerArenas.values.reduce(0) { $0 + $1.byteCount } }
}
