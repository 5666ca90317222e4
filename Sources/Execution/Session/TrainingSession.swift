public import Devices
public import Networks
public import Parallelism
import Synchronization
public import Tensors

/// A network on its devices, ready to take steps: the placed graphs, one plan for each lane, and the lanes' loops.
///
/// Cost of making one: creating every kernel once (milliseconds each, shared by lanes of equal shapes) and the devices' memory.
/// Not safe to use from two tasks at once: steps come one after the other.
public final class TrainingSession: Sendable {
    public let training: PlacedGraph
    public let inference: PlacedGraph
    public let optimizer: GradientDescent
    public let seed: UInt64
    let shared: SessionState
    private let loops: Task<Void, any Error>

    /// Places `network` on `devices`, makes plans and memory, and starts the lanes' loops. Parameters are zero until
    /// `setParameters(_:)` or `initializeParameters()`.
    ///
    /// - Parameters:
    ///   - batchSize: the global batch.
    ///   - shards: into how many shards the batch is cut. In data mode the weights' bits depend on this number and not on the
    ///     devices. By default a shard for each worker that divides the batch.
    /// Throws `NetworkError`, `ParallelismError` or `ExecutionError`.
    public init(
        _ network: Network, strategy: any Strategy, devices: DeviceGroup, batchSize: Int, shards: Int? = nil,
        optimizer: GradientDescent = GradientDescent(), seed: UInt64 = 0
    ) async throws {
        let lanes = devices.devices.first?.lanes.count ?? 1
        let count = devices.devices.count
        training = try Partitioner.place(
            try TrainingGraph(of: try network.graph(batchSize: batchSize, purpose: .training)), strategy: strategy,
            devices: count, lanes: lanes, shards: shards)
        inference = try Partitioner.place(
            try network.graph(batchSize: batchSize, purpose: .inference), strategy: strategy, devices: count, lanes: lanes,
            shards: shards)
        self.optimizer = optimizer
        self.seed = seed
        let state = SessionState(batchSize: batchSize, workers: training.mesh.workerCount)
        shared = state
        let engine = try Engine()
        let graphs: [PlanPurpose: PlacedGraph] = [.training: training, .inference: inference]
        loops = Task.detached {
            try await devices.onEveryLane(meetingAt: state.barrier) { lane in
                do {
                    let worker = WorkerLoop(
                        graphs: graphs, lane: lane, recorder: lane.recorder, state: state, engine: engine, optimizer: optimizer)
                    try await worker.run()
                } catch {
                    // At once, not when all lanes have returned: lanes that are done with their step wait at the gate.
                    state.gate.fail(error)
                    throw error
                }
            }
        }
        do {
            // The lanes have made their plans when they arrive here.
            try await state.gate.arrive()
        } catch {
            _ = await loops.result
            throw error
        }
    }

    public var parameters: [Parameter] { training.graph.parameters }
    public var batchSize: Int { shared.batchSize }
    /// Into how many shards the batch is cut.
    public var shards: Int { training.schedule.shards }

    /// Trains on one batch: pictures [N, C, H, W] row-major and labels [N]. Both must stay until this returns.
    public func train(
        images: UnsafePointer<Float>, labels: UnsafePointer<Int32>, step: Int, learningRate: Float
    ) async throws -> StepResult {
        let arguments = StepArguments(step: step, seed: seed, learningRate: learningRate)
        try await command(.train(arguments, Self.address(images, labels)))
        return shared.result(count: batchSize)
    }

    /// Judges one batch without learning. Only the first `count` examples count; the others' labels should be −1.
    public func evaluate(
        images: UnsafePointer<Float>, labels: UnsafePointer<Int32>, count: Int
    ) async throws -> StepResult {
        let arguments = StepArguments(step: 0, seed: seed, learningRate: 0)
        try await command(.evaluate(arguments, Self.address(images, labels)))
        return shared.result(count: count)
    }

    /// Gives every parameter its first value, a function of the seed alone.
    public func initializeParameters() async throws {
        try await setParameters(await InitialParameters.values(of: training.graph, seed: seed))
    }

    /// Sets all parameters, in the order of `parameters`. Throws when one has another shape.
    public func setParameters(_ values: [HostTensor]) async throws {
        for (index, parameter) in parameters.enumerated() {
            let given = index < values.count ? "\(values[index].shape)" : "missing"
            guard index < values.count, values[index].shape == parameter.shape else {
                throw ExecutionError.parameterMismatch(name: parameter.name, expected: "\(parameter.shape)", actual: given)
            }
        }
        try await command(.setParameters(values))
    }

    /// All parameters, whole and row-major, in the order of `parameters`.
    public func parameterValues() async throws -> [HostTensor] {
        shared.collected.withLock { $0 = parameters.map { HostTensor(zeros: $0.shape) } }
        try await command(.collectParameters)
        return shared.collected.withLock { values in
            defer { values = [] }
            return values
        }
    }

    /// The gradients of the last training step, summed over the workers, by parameter; whole and row-major.
    /// To be asked for after a step with learning rate 0 or before the next step.
    public func gradientValues() async throws -> [HostTensor] {
        shared.collected.withLock { $0 = parameters.map { HostTensor(zeros: $0.shape) } }
        try await command(.collectGradients)
        return shared.collected.withLock { values in
            defer { values = [] }
            return values
        }
    }

    /// What every worker spent the last step's time on.
    public var clocks: [StepClock] { Array(shared.board.clocks) }

    /// What memory every worker takes, bytes.
    public var memory: [WorkerMemoryReport] { shared.memory.withLock { $0 } }

    /// The plan of worker 0, an item a line, with the kernels' implementations and layouts.
    public var planDescription: String { shared.planDescription.withLock { $0 } }

    /// Ends the lanes' loops and frees their memory. The devices stay; when this has returned or thrown, they may be shut down.
    /// Throws what made the session fail, if anything did.
    public func end() async throws {
        do {
            try await command(.end)
        } catch {
            _ = await loops.result
            throw error
        }
        try await loops.value
    }

    func command(_ command: SessionState.Command) async throws {
        shared.command.withLock { $0 = command }
        try await shared.gate.arrive()
        try await shared.gate.arrive()
    }

    static func address(_ images: UnsafePointer<Float>, _ labels: UnsafePointer<Int32>) -> BatchAddress {
        BatchAddress(images: UInt(bitPattern: images), labels: UInt(bitPattern: labels))
    }
}

/// The outcome of one batch.
public struct StepResult: Sendable, Hashable {
    /// The examples that count.
    public let count: Int
    /// The mean loss over them, summed in their order.
    public let loss: Double
    /// How many were right at once, and how many among the five best.
    public let top1: Int
    public let top5: Int
}

/// A worker's memory, bytes.
public struct WorkerMemoryReport: Sendable, Hashable {
    public var device = 0
    public var lane = 0
    /// Activations, gradients and scratch in the lane's arena.
    public var arena = 0
    /// The optimizer's state.
    public var optimizer = 0
    /// The device's parameters; counted for its first lane only.
    public var parameters = 0

    public var total: Int { arena + optimizer + parameters }
}
