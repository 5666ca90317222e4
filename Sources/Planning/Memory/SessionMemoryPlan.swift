package import KernelChoices
import Layouts
package import Networks
package import Parallelism
import Tensors

/// What memory a session would take, from its plans alone: nothing but the plans is made.
public struct SessionMemoryPlan: Sendable {
    /// Device by device, lane by lane.
    public let workers: [WorkerMemoryReport]
    /// What the host needs besides while parameters go in and out of the devices, bytes: what does not fit into a worker's arena.
    public let transitBytes: Int
    /// What all workers' plans do one after another, of which each binds memory of its own.
    package let itemCount: Int
    /// How many of them are kernels that are not the same as another micro-batch's or another worker's.
    package let kernelCount: Int

    /// Plans as a session does, on the calling thread. Where kernels would have to be measured first, the choice that takes more
    /// is planned with: all of them standard, or none.
    ///
    /// - Parameter engine: with what the session's has; scratchpads depend on it.
    /// Throws `NetworkError`, `ParallelismError` or `ExecutionError`. Cost: creating every kernel once, milliseconds each.
    package init(
        _ network: Network, strategy: any Strategy, devices: Int, coresPerDevice: Int, batchSize: Int, microBatches: Int?,
        rule: any UpdateRule, kernels: KernelSelection, precision: Precision, engine: any KernelEngine
    ) throws {
        let placed = try SessionGraphs(
            network, strategy: strategy, devices: devices, lanes: coresPerDevice, batchSize: batchSize,
            microBatches: microBatches,
            rule: rule)
        let standard = KernelSelection(known: kernels.known, remembered: kernels.remembered, measures: false)
        var (plan, decisions) = try Self.planned(placed, engine, standard, precision)
        let unknown = kernels.measures ? decisions.filter { $0.reason == .standard } : []
        if !unknown.isEmpty {
            var other = standard
            other.preferred = KernelVariant.allCases.filter { $0 != .standard }
            let alternative = try Self.planned(placed, engine, other, precision).plan
            if alternative.total > plan.total { plan = alternative }
        }
        self = plan
    }

    private init(workers: [WorkerMemoryReport], transitBytes: Int, itemCount: Int, kernelCount: Int) {
        self.workers = workers
        self.transitBytes = transitBytes
        self.itemCount = itemCount
        self.kernelCount = kernelCount
    }

    private var total: Int { workers.reduce(0) { $0 + $1.total } }

    private static func planned(
        _ placed: SessionGraphs, _ engine: any KernelEngine, _ selection: KernelSelection, _ precision: Precision
    ) throws -> (plan: SessionMemoryPlan, decisions: [KernelDecision]) {
        var decided: SharedLayouts?
        var decisions: [KernelDecision] = []
        var plans: [WorkerMemoryPlan] = []
        var (itemCount, kernelCount) = (0, 0)
        for worker in 0..<placed.training.mesh.workerCount {
            let unboundPlans = try UnboundPlans(
                placed.byPurpose, worker: worker, engine: engine, selection: selection, precision: precision, decided: decided)
            decided = decided ?? unboundPlans.layouts
            for items in unboundPlans.byPurpose.values.map(\.items) {
                itemCount += items.count
                // Workers' kernels are the same but for a last place that has less to do.
                if worker == 0 { kernelCount += items.count { $0.choice != nil && ($0.instruction.microStep ?? 0) == 0 } }
            }
            decisions += unboundPlans.byPurpose.values.flatMap(\.decisions)
            plans.append(WorkerMemoryPlan(unboundPlans.byPurpose, placed: placed.training, worker: worker))
        }
        let transit = (decided?.parameters ?? [:]).map { parameter, layout in
            transitBytes(of: parameter, layout, in: placed.training, beside: plans[0].arenaBytes)
        }
        let plan = SessionMemoryPlan(
            workers: plans.map(\.report), transitBytes: transit.max() ?? 0, itemCount: itemCount, kernelCount: kernelCount)
        return (plan, decisions)
    }

    public var devices: [MemoryByKind] { workers.devices }

    /// Of a parameter or its optimizer's state: the whole, the holder's block in the stored order, and, where that is no run of the
    /// whole, the block row by row.
    private static func transitBytes(of parameter: Int, _ layout: Layout, in placed: PlacedGraph, beside arena: Int) -> Int {
        let place = placed.parameters[parameter]
        let shape = placed[place].type.shape
        let ranges = placed.ranges(of: place, worker: 0)
        let block = ranges.reduce(MemoryLayout<Float>.stride) { $0 * $1.count }
        let whole = shape.elementCount * MemoryLayout<Float>.stride
        let rooms = [whole, layout.byteCount] + (shape.run(of: ranges) == nil ? [block] : [])
        return StagingBuffer.excess(of: rooms, beside: arena)
    }
}
