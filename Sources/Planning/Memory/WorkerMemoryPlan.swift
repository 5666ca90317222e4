import KernelChoices
import Layouts
import Networks
package import Parallelism

/// What memory a worker needs, and where its buffers lie in it: a pure function of its plans, before any memory is made.
package struct WorkerMemoryPlan {
    /// By buffer; nil for those that lie in another's memory or in a parameter's.
    package let offsets: [PlanPurpose: [Int?]]
    package let scratchpadOffset: Int
    package let arenaBytes: Int
    package let report: WorkerMemoryReport

    /// Lays out the buffers of all purposes in one arena, since only one runs at a time.
    package init(_ unboundPlans: [PlanPurpose: UnboundPlan], placed: PlacedGraph, worker: Int) {
        var offsets: [PlanPurpose: [Int?]] = [:]
        var end = 0
        var fullest = (activations: 0, gradients: 0)
        for (purpose, unbound) in unboundPlans {
            let owners = unbound.buffers.indices.filter {
                unbound.buffers[$0].storage == .arena && unbound.buffers[$0].takesOver == nil
            }
            let demands = owners.map {
                MemoryPlan.Demand(
                    byteCount: unbound.buffers[$0].byteCount, first: unbound.buffers[$0].first, last: unbound.buffers[$0].last)
            }
            let memory = MemoryPlan(for: demands)
            var places = [Int?](repeating: nil, count: unbound.buffers.count)
            for (index, owner) in owners.enumerated() { places[owner] = memory.offsets[index] }
            offsets[purpose] = places
            guard memory.byteCount >= end else { continue }
            end = memory.byteCount
            let gradients = unbound.gradientBuffers
            fullest = Self.fullest(demands, isGradient: owners.map { gradients.contains($0) })
        }
        self.offsets = offsets
        scratchpadOffset = end
        arenaBytes = Arena.mappedBytes(end + MemoryPlan.aligned(unboundPlans.values.map(\.scratchpadBytes).max() ?? 0))

        var report = WorkerMemoryReport(device: placed.mesh.device(of: worker), lane: placed.mesh.lane(of: worker))
        report.bytes.activations = fullest.activations
        report.bytes.gradients = fullest.gradients
        report.bytes.scratch = arenaBytes - fullest.activations - fullest.gradients
        if report.lane == 0 {
            var layouts: [Int: Layout] = [:]
            for unbound in unboundPlans.values { layouts.merge(unbound.parameterLayouts) { first, _ in first } }
            report.bytes.weights = layouts.values.reduce(0) { $0 + Arena.mappedBytes($1.byteCount) }
        }
        if let unbound = unboundPlans[.training] {
            report.bytes.optimizer = unbound.updatedSlices(in: placed, worker: worker).reduce(0) { sum, updated in
                let slots = placed.rules[updated.parameter]?.slots.count ?? 0
                return sum + Arena.mappedBytes(SlotMemory.byteCount(slots: slots, count: updated.slice.count))
            }
        }
        self.report = report
    }

    /// What lives at the item where most does, bytes.
    private static func fullest(
        _ demands: [MemoryPlan.Demand], isGradient: [Bool]
    ) -> (activations: Int, gradients: Int) {
        let items = (demands.map(\.last).max() ?? 0) + 2
        var changes = [(activations: Int, gradients: Int)](repeating: (0, 0), count: items)
        for (demand, isGradient) in zip(demands, isGradient) {
            let size = MemoryPlan.aligned(demand.byteCount)
            for (item, change) in [(demand.first, size), (demand.last + 1, -size)] {
                if isGradient { changes[item].gradients += change } else { changes[item].activations += change }
            }
        }
        var now = (activations: 0, gradients: 0)
        var most = now
        for change in changes {
            now = (now.activations + change.activations, now.gradients + change.gradients)
            if now.activations + now.gradients > most.activations + most.gradients { most = now }
        }
        return most
    }
}

extension UnboundPlan {
    /// The owners of the memory in which parameters' gradients and partial sums of them lie.
    fileprivate var gradientBuffers: Set<Int> {
        var found: Set<Int> = []
        for item in items {
            switch item.instruction.action {
            case .add, .update: found.formUnion((item.inputs + item.outputs).map { owner(of: $0).index })
            case .load, .compute, .collective, .sumOverBatch, .reduce, .squares, .norms, .gather, .signal, .wait: break
            }
        }
        return found
    }

    /// The slices of parameters that a worker updates, which it has the optimizer's state of.
    fileprivate func updatedSlices(in placed: PlacedGraph, worker: Int) -> [(parameter: Int, slice: Range<Int>)] {
        items.compactMap { item in
            guard case .update(let parameter, _, let axes) = item.instruction.action else { return nil }
            let slice = updatedSlice(parameter, axes: axes, in: placed, worker: worker)
            return slice.isEmpty ? nil : (parameter, slice)
        }
    }
}
