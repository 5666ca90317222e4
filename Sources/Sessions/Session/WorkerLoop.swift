import Devices
import KernelChoices
import Kernels
import Layouts
import Locks
import Networks
import OneDNN
import Parallelism
import Planning
import Tensors

/// What a lane runs for the life of a session: it makes its plans, then waits for commands and carries them out.
/// Lives on its lane's core and never leaves it.
final class WorkerLoop {
    private let graphs: [PlanPurpose: PlacedGraph]
    private let lane: Lane
    private let recorder: CoreRecorder
    private let state: SessionState
    private let engine: Engine
    private let selection: KernelSelection
    private let precision: Precision
    private let keepsGradients: Bool
    private let worker: Int
    private let watch: StallWatch
    private let stall: StallFault?
    private var parameterArenas: [Arena] = []

    init(
        graphs: [PlanPurpose: PlacedGraph], lane: Lane, recorder: CoreRecorder, state: SessionState, engine: Engine,
        selection: KernelSelection, precision: Precision, keepsGradients: Bool,
        watch: StallWatch, stall: StallFault?
    ) {
        self.graphs = graphs
        self.lane = lane
        self.recorder = recorder
        self.state = state
        self.engine = engine
        self.selection = selection
        self.precision = precision
        self.keepsGradients = keepsGradients
        self.watch = watch
        self.stall = stall
        worker = graphs[.training]?.mesh.worker(device: lane.device, lane: lane.index) ?? 0
    }

    /// Must be called on the lane.
    func run() async throws {
        ComputeThread.prepare()
        let unboundPlans = try await makeUnboundPlans()
        let memoryPlan = plan(unboundPlans)
        guard try await mayMakeMemory() else { return }
        let layouts = state.layouts.withLock { $0.parameters }
        try makeParameters(layouts)
        try await state.barrier.arrive()
        let parameters = state.parameterMemory
        let device = lane.device
        let memory = try WorkerMemory(unboundPlans, memoryPlan) { parameters.address(of: $0, device: device) }
        let stream = try ComputeStream(engine: engine)
        let binders = unboundPlans.map { purpose, unbound in
            guard let placed = graphs[purpose] else { preconditionFailure("a plan without its graph") }
            return Binder(
                placed: placed, worker: worker, purpose: purpose, unbound: unbound, memory: memory, transport: state.transport,
                parameters: parameters, stream: stream,
                inspector: ExchangeInspector(state.inspection, placed, worker: worker, purpose: purpose), stall: stall)
        }
        for binder in binders { binder.publish() }
        try await state.barrier.arrive()
        var plans: [PlanPurpose: WorkerPlan] = [:]
        for binder in binders { plans[binder.purpose] = try binder.bind() }
        report(memory, unboundPlans)
        report(plans)
        state.staging.withLock { $0[worker] = StagingBuffer(memory.arena) }
        state.profile.note(plans[.training]?.items.map(\.summary) ?? [], ofWorker: worker)
        try await state.gate.arrive()
        try await serve(plans, unboundPlans, layouts, stream, memory)
    }

    // MARK: Commands

    /// What a worker has to carry commands out with.
    private struct Equipment {
        let plans: [PlanPurpose: WorkerPlan]
        let unboundPlans: [PlanPurpose: UnboundPlan]
        let training: WorkerPlan
        let inference: WorkerPlan
        let transfer: ParameterTransfer
        let memory: WorkerMemory

        var staging: StagingBuffer { StagingBuffer(memory.arena) }
    }

    private func serve(
        _ plans: [PlanPurpose: WorkerPlan], _ unboundPlans: [PlanPurpose: UnboundPlan], _ layouts: [Int: Layout],
        _ stream: ComputeStream, _ memory: WorkerMemory
    ) async throws {
        guard let training = plans[.training], let inference = plans[.inference], let placed = graphs[.training] else { return }
        let equipment = Equipment(
            plans: plans, unboundPlans: unboundPlans, training: training, inference: inference,
            transfer: ParameterTransfer(
                placed: placed, worker: worker, layouts: layouts, engine: engine, stream: stream, transport: state.transport,
                parameters: state.parameterMemory), memory: memory)
        while true {
            try await state.gate.arrive()
            let command = state.command.withLock { $0 }
            do {
                try await carryOut(command, equipment)
            } catch {
                state.failures.note(error, worker: worker)
                state.barrier.fail(FailureBoard.StoppedByAnother())
                state.transport.fail(FailureBoard.StoppedByAnother())
            }
            try await state.gate.arrive()
            if case .end = command { return }
        }
    }

    private func carryOut(_ command: SessionState.Command, _ own: Equipment) async throws {
        switch command {
        case .train(let step, let batch):
            try await runStep(own.training, step, batch)
        case .evaluate(let step, let batch, let count):
            try await runStep(own.inference, step, batch)
            noteNonFinite(own.inference, count: count)
        case .score(let step, let batch, let count):
            try await runStep(own.inference, step, batch)
            noteNonFinite(own.inference, count: count)
            deliverScores(own.inference)
        case .setParameters, .setParameter, .setOptimizerState, .exchangeWeights, .collectGradients:
            try await transfer(command, own)
        case .compareReplicas:
            guard lane.index == 0 else { return }
            let found = ReplicaComparison(own.transfer).run()
            state.replicas.withLock { $0 = ($0.differences + found.differences, $0.bytes + found.bytes) }
        case .tellUpdates:
            guard let unbound = own.unboundPlans[.training] else { return }
            state.failures.note(
                updated: NonFiniteSearch.updatedParameters(in: unbound, begunItems: own.training.begunItems))
        case .search(let purpose, let step, let batch, let count):
            search(purpose, step, batch, count: count, own)
        case .timeKernels(let step, let batch, let repetitions):
            let times = try await own.training.timeKernels(
                step, batch: batch, transport: state.transport, repetitions: repetitions)
            state.profile.note(kernelNanoseconds: times, ofWorker: worker)
        case .end: return
        }
    }

    /// Commands that move parameters and what belongs to them. What the lanes of a device share its first lane moves.
    private func transfer(_ command: SessionState.Command, _ own: Equipment) async throws {
        switch command {
        case .setParameters(let values):
            if lane.index == 0 { try own.transfer.set(values, staging: own.staging) }
            try await state.barrier.arrive()
        case .setParameter(let index, let whole, let lender):
            if lane.index == 0 {
                let staging = lender == worker ? own.staging.after(whole.byteCount) : own.staging
                try own.transfer.set(index, from: whole.values, staging: staging)
            }
            try await state.barrier.arrive()
        case .setOptimizerState(let slots):
            if lane.index == 0 { try own.transfer.setOptimizerState(slots, staging: own.staging) }
        case .exchangeWeights(let slot):
            for parameter in own.transfer.layouts.keys { own.transfer.exchangeWeights(of: parameter, slot: slot) }
            try await state.barrier.arrive()
            for gather in own.training.gathers { try gather.run(StepArguments(step: 0, seed: 0, learningRate: 0)) }
            try await state.barrier.arrive()
        case .collectGradients:
            for (index, ranges, block) in try own.transfer.ownGradients() { deliver(index, ranges, block) }
        default: return
        }
    }

    private func search(
        _ purpose: PlanPurpose, _ step: StepArguments, _ batch: BatchAddress, count: Int, _ own: Equipment
    ) {
        guard let placed = graphs[purpose], let unbound = own.unboundPlans[purpose], let plan = own.plans[purpose] else { return }
        let search = NonFiniteSearch(
            placed: placed, worker: worker, purpose: purpose, unbound: unbound, memory: own.memory, transport: state.transport,
            batch: batch, exampleCount: count, step: step, begunItems: plan.begunItems,
            updated: purpose == .training ? state.failures.updated : [])
        if let finding = search.finding() { state.failures.note(finding) }
    }

    private func deliver(_ parameter: Int, _ ranges: [Range<Int>], _ block: HostTensor) {
        state.collected.withLock { $0[parameter].setBlock(ranges, to: block) }
    }

    private func runStep(_ plan: WorkerPlan, _ step: StepArguments, _ batch: BatchAddress) async throws {
        let clock = try await plan.run(
            step, batch: batch, transport: state.transport, recorder: recorder, progress: state.progress)
        state.board.clocks[worker] = clock
        for report in plan.reports where report.role != .scores {
            let values = state.board.outputs[report.output]
            for (place, row) in report.rows.enumerated() { values[row] = report.values[place] }
        }
    }

    /// Looks at the results of an evaluation. What the places beyond `count` hold is nobody's.
    private func noteNonFinite(_ plan: WorkerPlan, count: Int) {
        var first = Int.max
        for report in plan.reports where report.role != .metric && report.rows.lowerBound < min(count, first) {
            for (place, row) in report.rows.enumerated() where row < min(count, first) {
                if !(report.values + place * report.width).areFinite(count: report.width) { first = row }
            }
        }
        state.board.firstNonFinite[worker] = first
    }

    private func deliverScores(_ plan: WorkerPlan) {
        for report in plan.reports where report.role == .scores {
            state.collected.withLock { collected in
                let elements = report.rows.lowerBound * report.width..<report.rows.upperBound * report.width
                collected[0].values.replaceSubrange(
                    elements, with: UnsafeBufferPointer(start: report.values, count: elements.count))
            }
        }
    }

    // MARK: Making plans

    /// Unbound plans; those of worker 0 first, since the others follow its layouts.
    private func makeUnboundPlans() async throws -> [PlanPurpose: UnboundPlan] {
        if worker == 0 {
            let unboundPlans = try makeUnboundPlans(decided: nil)
            state.layouts.withLock { $0 = unboundPlans.layouts }
            let decisions = [PlanPurpose.training, .inference].flatMap { unboundPlans.byPurpose[$0]?.decisions ?? [] }
            state.decisions.withLock { $0 = decisions }
            try await state.barrier.arrive()
            return unboundPlans.byPurpose
        }
        try await state.barrier.arrive()
        return try makeUnboundPlans(decided: state.layouts.withLock { $0 }).byPurpose
    }

    private func makeUnboundPlans(decided: SharedLayouts?) throws -> UnboundPlans {
        try UnboundPlans(
            graphs, worker: worker, engine: engine, selection: selection, precision: precision,
            keepsGradients: keepsGradients, decided: decided)
    }

    /// The first lane of a device makes the memory of the device's parameters.
    private func makeParameters(_ layouts: [Int: Layout]) throws {
        guard lane.index == 0 else { return }
        for (parameter, layout) in layouts {
            let arena = try Arena(byteCount: layout.byteCount)
            parameterArenas.append(arena)
            state.parameterMemory.enter(parameter, device: lane.device, arena.base)
            state.transport.publish(
                .parameter(parameter, device: lane.device), at: arena.base, byteCount: layout.byteCount)
        }
    }

    /// Tells the host what memory this worker needs.
    private func plan(_ unboundPlans: [PlanPurpose: UnboundPlan]) -> WorkerMemoryPlan {
        guard let placed = graphs[.training] else { preconditionFailure("a session without training") }
        let plan = WorkerMemoryPlan(unboundPlans, placed: placed, worker: worker)
        state.memory.withLock { $0[worker] = plan.report }
        let traces = plan.traces(unboundPlans, graphs, worker: worker)
        state.traces.withLock { all in
            for (purpose, trace) in traces { all[purpose, default: []].append(trace) }
        }
        return plan
    }

    /// Waits until the host has seen what all workers need.
    private func mayMakeMemory() async throws -> Bool {
        try await state.gate.arrive()
        try await state.gate.arrive()
        return !state.isRefused.withLock { $0 }
    }

    /// Says what the items are, for the message where a step stalls.
    private func report(_ plans: [PlanPurpose: WorkerPlan]) {
        var known = StallWatch.Plan(device: lane.device, lane: lane.index)
        for (purpose, plan) in plans { known.items[purpose] = plan.itemTexts }
        known.firstUpdate = plans[.training]?.firstUpdate ?? .max
        watch.note(known, worker: worker)
    }

    private func report(_ memory: WorkerMemory, _ unboundPlans: [PlanPurpose: UnboundPlan]) {
        let parameters = parameterArenas.reduce(0) { $0 + $1.byteCount }
        let kept = parameterArenas + memory.optimizerArenas.values
        state.kept.withLock { $0 += kept }
        state.mappedBytes.withLock { $0[worker] = memory.mappedBytes + parameters }
        guard worker == 0, let unbound = unboundPlans[.training], let placed = graphs[.training] else { return }
        state.planDescription.withLock { $0 = unbound.description(in: placed) }
    }
}
