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

    /// Peers read the buffer in the item added next: it stays until the barrier after that, resolved in `finish`.
    mutating func keepForPeers(_ id: UnboundPlan.BufferID) {
        readByPeers.append((id, plan.items.count))
    }

    /// Adds the barrier that stands in front of an instruction, if one does. What peers read behind it is laid out first, as each worker's
    /// own kernels have left it, so that no worker needs another barrier than the others.
    mutating func addBarrier(before index: Int, turn: Int?) throws {
        guard let barrier = barriers[index] else { return }
        for collective in barrier.collectives {
            guard case .collective(_, _, let input, let output) = placed.instructions[collective] else { continue }
            published[collective] = try source(ofCollective: collective, input, output)
        }
        plan.items.append(.barrier(BarrierPlace(instruction: index, turn: turn)))
    }

    mutating func finish() {
        let end = plan.items.count
        for (buffer, item) in readByPeers {
            let barrier = (item..<end).first { if case .barrier = plan.items[$0] { true } else { false } } ?? end
            plan.buffers[buffer.index].last = max(plan.buffers[buffer.index].last, barrier)
        }
        for gradient in keptGradients { plan.buffers[gradient.index].last = end }
        for result in plan.results {
            // For scores the host asks without learning only.
            let kept = [result.losses, result.ranks] + (purpose == .inference ? [result.scores] : [])
            for buffer in kept { plan.buffers[buffer.index].last = end }
        }
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
            guard case .kernel(let choice, let inputs, let outputs, _, _) = item, !choice.isRenaming else { continue }
            for (output, reuse) in zip(outputs, choice.reuse) {
                guard let reuse else { continue }
                let owner = plan.owner(of: inputs[reuse])
                let isReadTwice = inputs.enumerated().contains { $0.offset != reuse && plan.owner(of: $0.element) == owner }
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
