import KernelChoices
import Parallelism

extension Planner {
    mutating func newBuffer(_ byteCount: Int, storage: UnboundPlan.Storage = .arena) -> UnboundPlan.BufferID {
        let id = UnboundPlan.BufferID(index: plan.buffers.count)
        plan.buffers.append(
            UnboundPlan.Buffer(byteCount: byteCount, storage: storage, first: plan.items.count, last: plan.items.count))
        return id
    }

    mutating func use(_ id: UnboundPlan.BufferID) {
        plan.buffers[id.index].last = max(plan.buffers[id.index].last, plan.items.count)
    }

    /// Gives the signal before it and waits. What peers have read since the last wait is the worker's own again behind it.
    mutating func addWait(_ instruction: Instruction) {
        for buffer in readByPeers { use(buffer) }
        readByPeers = []
        plan.items.append(UnboundPlan.Item(instruction: instruction, included: signal))
        signal = nil
    }

    mutating func finish() {
        // The host sees to it that nobody begins another step before.
        for buffer in readByPeers { use(buffer) }
        let end = plan.items.count
        for gradient in keptGradients { plan.buffers[gradient.index].last = end }
        for result in plan.results { plan.buffers[result.buffer.index].last = end }
        mergeRenamings()
        shareInPlace()
    }

    /// A renaming's output lives in its input's memory, so that memory lives as long as either.
    private mutating func mergeRenamings() {
        for index in plan.buffers.indices where plan.buffers[index].takesOver != nil {
            let owner = plan.owner(of: UnboundPlan.BufferID(index: index))
            plan.buffers[owner.index].last = max(plan.buffers[owner.index].last, plan.buffers[index].last)
        }
    }

    /// Lets outputs take over the memory of inputs that nobody reads afterwards.
    private mutating func shareInPlace() {
        for (position, item) in plan.items.enumerated() {
            guard let choice = item.choice, !choice.isRenaming else { continue }
            for (output, reuse) in zip(item.outputs, choice.reuse) {
                guard let reuse else { continue }
                let owner = plan.owner(of: item.inputs[reuse])
                let isReadTwice = item.inputs.enumerated().contains { $0.offset != reuse && plan.owner(of: $0.element) == owner }
                guard plan.buffers[owner.index].storage == .arena, plan.buffers[owner.index].last == position, !isReadTwice,
                    plan.buffers[owner.index].byteCount >= plan.buffers[output.index].byteCount,
                    plan.buffers[output.index].takesOver == nil
                else { continue }
                plan.buffers[output.index].takesOver = owner
                // Renamings of the output already count towards its own lifetime.
                plan.buffers[owner.index].last = plan.buffers[output.index].last
            }
        }
    }
}
