public import Devices
public import KernelChoices
import Kernels
import Locks
public import Networks
import OneDNN
public import Parallelism
public import Planning
public import Tensors
public import Topology

/// A network on its devices, ready to take steps: the placed graphs, one plan for each lane, and the lanes' loops.
///
/// Cost of making one: creating every kernel once (milliseconds each, shared by lanes of equal shapes) and the devices' memory.
/// Not safe to use from two tasks at once: steps come one after the other.
public final class TrainingSession: Sendable {
    public let training: PlacedGraph
    public let inference: PlacedGraph
    public let optimizer: any UpdateRule
    public let seed: UInt64
    private let keepsGradients: Bool
    let firstExecutor: CoreExecutor
    let shared: SessionState
    let engine: Engine
    private let loops: Task<Void, any Error>
    private let devices: DeviceGroup
    private let watch: StallWatch
    private let watching: Task<Void, Never>?

    /// Places `network` on `devices`, makes plans and memory, and starts the lanes' loops. Parameters are zero until
    /// `setParameters(_:)` or `initializeParameters()`.
    ///
    /// - Parameters:
    ///   - batchSize: the global batch.
    ///   - micro-batches: into how many micro-batches the batch is cut. In data mode the weights' bits depend on this number and not on the
    ///     devices. By default a micro-batch for each worker that divides the batch.
    ///   - optimizer: how gradients change the parameters: `GradientDescent`, `Adam`, or a rule of one's own.
    ///   - kernels: how kernels are chosen where there are several.
    ///   - precision: of activations and products; refused where the processor lacks it.
    ///   - keepsGradients: whether `gradientValues()` may be asked for; a step then takes as much more memory as it has parameters.
    ///   - caches: what kernels are to fit into; bits do not depend on it, memory does.
    ///   - deviceMemory: the most that a device may take, bytes; refused before any memory is made where one would need more.
    ///   - stallTimeout: for how long, beyond the longest step seen, nothing may move in a step before it is ended with
    ///     `ExecutionError.stalled`; never where it is zero.
    ///   - onUnheardStall: called with that error where nobody else can hear of it, because the thread that waits for the step is the one
    ///     that stands still. A program ends itself here.
    /// Throws `NetworkError`, `ParallelismError` or `ExecutionError`.
    public convenience init(
        _ network: Network, strategy: any Strategy, devices: DeviceGroup, batchSize: Int, microBatches: Int? = nil,
        optimizer: any UpdateRule = GradientDescent(), seed: UInt64 = 0, kernels: KernelSelection = .standard,
        precision: Precision = .f32, keepsGradients: Bool = false, caches: CacheSizes = .ofThisMachine, deviceMemory: Int? = nil,
        stallTimeout: Duration = TrainingSession.stallTimeout, onUnheardStall: (@Sendable (any Error) -> Void)? = nil
    ) async throws {
        try await self.init(
            network, strategy: strategy, devices: devices, batchSize: batchSize, microBatches: microBatches, optimizer: optimizer,
            seed: seed, kernels: kernels, precision: precision, keepsGradients: keepsGradients, caches: caches,
            deviceMemory: deviceMemory, inspection: nil, stallTimeout: stallTimeout, onUnheardStall: onUnheardStall)
    }

    /// A minute.
    public static let stallTimeout = Duration.seconds(60)

    /// The same with somebody watching the exchanges, and with a worker that stands still.
    package init(
        _ network: Network, strategy: any Strategy, devices: DeviceGroup, batchSize: Int, microBatches: Int?,
        optimizer: any UpdateRule, seed: UInt64, kernels: KernelSelection = .standard, precision: Precision = .f32,
        keepsGradients: Bool = false, caches: CacheSizes = .ofThisMachine, deviceMemory: Int? = nil,
        inspection: ExchangeInspection?,
        stallTimeout: Duration = TrainingSession.stallTimeout, onUnheardStall: (@Sendable (any Error) -> Void)? = nil,
        stall: StallFault? = nil, transport: ((_ workers: Int) -> any Transport)? = nil
    ) async throws {
        guard precision.isSupported else { throw ExecutionError.precisionNotSupported(precision) }
        let placed = try SessionGraphs(
            network, strategy: strategy, devices: devices.devices.count, lanes: devices.devices.first?.lanes.count ?? 1,
            batchSize: batchSize, microBatches: microBatches, rule: optimizer)
        training = placed.training
        inference = placed.inference
        self.optimizer = optimizer
        self.seed = seed
        self.keepsGradients = keepsGradients
        firstExecutor = devices.devices[0].executor
        let workers = training.mesh.workerCount
        let state = SessionState(placed, transport: transport?(workers) ?? SharedMemory(workers: workers), inspection: inspection)
        shared = state
        let engine = try Engine(caches: caches)
        self.engine = engine
        let graphs = placed.byPurpose
        self.devices = devices
        let watch = StallWatch(stallTimeout, shared: state, workers: training.mesh.workerCount, unheard: onUnheardStall)
        self.watch = watch
        watching = stallTimeout > .zero ? Task.detached { await watch.watch() } : nil
        loops = Self.loops(on: devices, state) { lane in
            WorkerLoop(
                graphs: graphs, lane: lane, recorder: lane.recorder, state: state, engine: engine, selection: kernels,
                precision: precision, keepsGradients: keepsGradients, watch: watch, stall: stall)
        }
        do {
            // The lanes have made their plans when they arrive here, and then their memory.
            try await state.gate.arrive()
            let refusal = Self.refusal(state, placed, deviceMemory)
            if refusal != nil { state.isRefused.withLock { $0 = true } }
            try await state.gate.arrive()
            if let refusal { throw refusal }
            try await state.gate.arrive()
        } catch {
            watching?.cancel()
            _ = await loops.result
            throw error
        }
    }

    deinit { watching?.cancel() }

    /// What speaks against what the workers plan.
    private static func refusal(_ state: SessionState, _ placed: SessionGraphs, _ deviceMemory: Int?) -> ExecutionError? {
        let traces = state.traces.withLock { traces in
            defer { traces = [:] }
            return traces
        }
        do { try PlannedStep.check(traces, placed) } catch { return error }
        return deviceMemory.flatMap { DeviceMemoryShortage(state.memory.withLock(\.devices), limit: $0) }
            .map(ExecutionError.deviceMemory)
    }

    public var parameters: [Parameter] { training.graph.parameters }
    public var batchSize: Int { shared.batchSize }
    /// Into how many micro-batches the batch is cut.
    public var microBatches: Int { training.schedule.microBatches }

    /// Trains on one batch: images [N, C, H, W] row-major and labels [N]. Both must stay until this returns.
    ///
    /// Throws `ExecutionError` when a kernel fails or a value is not finite, with the device, the step and the layer where it
    /// began. Some devices may have updated their weights then and others not, so the session is over: it gives no parameters,
    /// and everything but `end()` throws that error again.
    public func train(
        images: UnsafePointer<Float>, labels: UnsafePointer<Int32>, step: Int, learningRate: Float
    ) async throws -> StepResult {
        let arguments = StepArguments(step: step, seed: seed, learningRate: learningRate)
        try await command(.train(arguments, address(images, labels)))
        return shared.result(of: .training, count: batchSize)
    }

    /// Evaluates one batch without learning. Only the first `count` examples count; the others' labels should be −1.
    ///
    /// Throws `ExecutionError.notFinite` where a loss or a score is not finite, with the device and the layer where that began; nothing
    /// has changed then, and the session goes on.
    /// - Parameter step: how many steps were taken before, for messages.
    public func evaluate(
        images: UnsafePointer<Float>, labels: UnsafePointer<Int32>, count: Int, afterStep step: Int = 0
    ) async throws -> StepResult {
        let arguments = StepArguments(step: step, seed: seed, learningRate: 0)
        let batch = address(images, labels)
        try await command(.evaluate(arguments, batch, count: count))
        try await checkFiniteness(arguments, batch, count: count)
        return shared.result(of: .inference, count: count)
    }

    /// Sets all parameters, in the order of `parameters`. Throws when one has another shape.
    public func setParameters(_ values: [HostTensor]) async throws {
        try check(values) { $0 }
        try await command(.setParameters(values))
    }

    /// All parameters, whole and row-major, in the order of `parameters`. The last step's gradients stay as they are.
    public func parameterValues() async throws -> [HostTensor] {
        try parameters.enumerated().map { index, parameter in
            try withValues(ofParameter: index, staging: .none) { HostTensor(parameter.shape, Array($0)) }
        }
    }

    /// The gradients of the last training step, summed over the workers, by parameter; whole and row-major.
    /// To be asked for before the next step, of a session that was made to keep them; else throws.
    public func gradientValues() async throws -> [HostTensor] {
        guard keepsGradients || shared.failures.failure != nil else { throw ExecutionError.gradientsNotKept }
        return try await collect(.collectGradients)
    }

    /// What every worker spent the last step's time on.
    public var clocks: [StepClock] { Array(shared.board.clocks) }

    /// What memory every worker takes, as it was planned.
    public var memory: [WorkerMemoryReport] { shared.memory.withLock { $0 } }

    /// What memory every worker was given by the system, bytes.
    package var mappedBytes: [Int] { shared.mappedBytes.withLock { $0 } }

    /// The plan of worker 0, an item a line, with the kernels' implementations and layouts.
    public var planDescription: String { shared.planDescription.withLock { $0 } }

    /// The kernels that were chosen where there were several.
    public var kernelDecisions: [KernelDecision] { shared.decisions.withLock { $0 } }

    /// Ends the lanes' loops and frees their memory. The devices stay; when this has returned or thrown, they may be shut down.
    /// Throws what made the session fail, if anything did; whoever ends it once more waits for the same and gets the same.
    public func end() async throws {
        let isEnded = shared.isEnded.withLock { ended in
            defer { ended = true }
            return ended
        }
        watching?.cancel()
        if watch.hasFired { try await leaveStalledLanes() }
        defer { shared.kept.withLock { $0 = [] } }
        do {
            if !isEnded { try await send(.end) }
        } catch {
            _ = await loops.result
            throw error
        }
        try await loops.value
        try shared.failures.settle()
    }

    /// Waits a moment for the lanes to return from a step that has stalled. The devices of those that do not are left alone, with their
    /// memory: their threads cannot be ended, and whoever waited for them would wait for ever.
    private func leaveStalledLanes() async throws {
        for _ in 0..<200 where !shared.areLoopsOver.withLock({ $0 }) { try? await Task.sleep(for: .milliseconds(10)) }
        if !shared.areLoopsOver.withLock({ $0 }) { devices.abandon() }
        try shared.failures.settle()
    }

    /// Whether the parameters are to be had although the session has failed: a step has stalled before any of them was updated, so they
    /// are those of the step before.
    public var hasWholeParameters: Bool { watch.parametersAreWhole }

    /// Has the devices compare their copies of the parameters.
    func compareReplicas() async throws -> (differences: [ReplicaDifference], bytes: Int) {
        shared.replicas.withLock { $0 = ([], 0) }
        try await command(.compareReplicas)
        return shared.replicas.withLock { $0 }
    }

    /// Tensors shaped as the parameters are, from all workers.
    func collect(_ command: SessionState.Command) async throws -> [HostTensor] {
        try await collect(parameters.map(\.shape), command)
    }

    /// Tensors of these shapes, of which every worker fills in its part.
    func collect(_ shapes: [Shape], _ command: SessionState.Command) async throws -> [HostTensor] {
        shared.collected.withLock { $0 = shapes.map(HostTensor.init(zeros:)) }
        try await self.command(command)
        return shared.collected.withLock { values in
            defer { values = [] }
            return values
        }
    }

    /// Throws when a tensor is missing or has not its parameter's shape.
    func check(_ values: [HostTensor], naming name: (String) -> String) throws {
        for (index, parameter) in parameters.enumerated() {
            let given = index < values.count ? "\(values[index].shape)" : "missing"
            guard index < values.count, values[index].shape == parameter.shape else {
                throw ExecutionError.parameterMismatch(
                    name: name(parameter.name), expected: "\(parameter.shape)", actual: given)
            }
        }
    }

    /// Has all workers carry out a command. Throws what failed, in this command or any before it.
    func command(_ command: SessionState.Command) async throws {
        if let failure = shared.failures.failure { throw failure }
        precondition(!shared.isEnded.withLock { $0 }, "a session that has ended takes no commands")
        do { try await send(command) } catch {
            await watch.settle()
            throw shared.failures.failure ?? error
        }
        if shared.failures.failure != nil { await watch.settle() }
        if shared.failures.needsSearch, case .train(let step, let batch) = command {
            try await send(.tellUpdates)
            try await send(.search(.training, step, batch, count: batchSize))
        }
        try shared.failures.settle()
    }

    private func send(_ command: SessionState.Command) async throws {
        shared.command.withLock { $0 = command }
        // All workers stand at the gate.
        shared.transport.beginStep()
        if let step = command.step { watch.begin(step: step.step, purpose: step.purpose) }
        defer { watch.end() }
        try await shared.gate.arrive()
        try await shared.gate.arrive()
    }

    /// The parts of a batch in the order in which the graphs have them.
    func address(_ images: UnsafePointer<Float>, _ labels: UnsafePointer<Int32>) -> BatchAddress {
        let graph = training.graph
        return BatchAddress(
            inputs: graph.inputs.map { graph.value($0).name == "labels" ? UInt(bitPattern: labels) : UInt(bitPattern: images) })
    }
}
