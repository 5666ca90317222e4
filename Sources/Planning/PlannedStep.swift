package import KernelChoices
package import Networks
package import Parallelism

/// The plans of all workers for a network, worked out without memory and held against each other: nothing is made, and nothing runs.
package struct PlannedStep: Sendable {
    package let workers: Int
    /// What each worker does in a training step.
    package let programs: [Program]
    /// Items of all workers' plans for a training step.
    package let items: Int
    /// What each worker's plans do to memory.
    package let traces: [PlanPurpose: [MemoryTrace]]

    /// Throws `NetworkError`, `ParallelismError` or `ExecutionError`; `ExecutionError.plansDisagree` where they do not fit together.
    package init(
        _ network: Network, strategy: any Strategy, devices: Int, lanes: Int, batchSize: Int, microBatches: Int? = nil,
        rule: any UpdateRule = GradientDescent(), kernels: KernelSelection = .standard, precision: Precision = .f32,
        engine: any KernelEngine
    ) throws {
        let placed = try SessionGraphs(
            network, strategy: strategy, devices: devices, lanes: lanes, batchSize: batchSize, microBatches: microBatches,
            rule: rule)
        var decided: SharedLayouts?
        var traces: [PlanPurpose: [MemoryTrace]] = [:]
        for worker in 0..<placed.training.mesh.workerCount {
            let unboundPlans = try UnboundPlans(
                placed.byPurpose, worker: worker, engine: engine, selection: kernels, precision: precision, decided: decided)
            decided = decided ?? unboundPlans.layouts
            let memory = WorkerMemoryPlan(unboundPlans.byPurpose, placed: placed.training, worker: worker)
            for (purpose, trace) in memory.traces(unboundPlans.byPurpose, placed.byPurpose, worker: worker) {
                traces[purpose, default: []].append(trace)
            }
        }
        try Self.check(traces, placed)
        self.traces = traces
        programs = Program.all(of: placed.training)
        workers = placed.training.mesh.workerCount
        items = traces[.training]?.reduce(0) { $0 + $1.events.count } ?? 0
    }

    /// Throws `ExecutionError.plansDisagree` where the workers' programs or plans do not fit together.
    package static func check(_ traces: [PlanPurpose: [MemoryTrace]], _ placed: SessionGraphs) throws(ExecutionError) {
        for purpose in PlanPurpose.allCases {
            if let fault = placed.byPurpose[purpose]?.incompleteCollective() { throw .plansDisagree(reason: fault) }
            do {
                try placed.byPurpose[purpose].map { placed throws(ScheduleFault) in
                    try ScheduleGrid(of: placed).check(microBatches: placed.schedule.microBatches)
                }
            } catch {
                throw .plansDisagree(reason: error.description)
            }
            do {
                try placed.byPurpose[purpose].map { placed throws(ProgramFault) in
                    try ProgramChecker.check(Program.all(of: placed))
                }
            } catch {
                throw .plansDisagree(reason: error.description)
            }
            do {
                try PlanChecker.check((traces[purpose] ?? []).sorted { $0.worker < $1.worker })
            } catch {
                throw .plansDisagree(reason: error.description)
            }
        }
    }
}
