import Configuration
import Devices
import KernelChoices
public import Networks
public import Parallelism
import Sessions
import Synchronization
import Topology
import Training

/// A network in training on devices of its own, a step at a time, on a batch that is already in memory.
public final class Exercise: Sendable {
    /// What all devices together receive from each other in a step.
    public let received: ExchangeCount
    private let group: DeviceGroup
    private let session: TrainingSession
    private let batch: RandomBatch
    private let nextStep = Atomic(0)

    /// Takes the devices, makes plans and memory, and gives the parameters their first values.
    public init(_ network: Network, mode: ParallelMode, devices: Int, batchSize: Int) async throws {
        let machine = try Machine.discover()
        group = try DeviceGroup(reserving: CoreAssignment(on: machine, devices: devices), of: machine)
        batch = RandomBatch(count: batchSize, shape: network.inputShape, classes: try network.classCount())
        session = try await TrainingSession(
            network, strategy: mode, devices: group, batchSize: batchSize,
            // As a user's run takes them.
            kernels: KernelSelection(measures: TrainingConfiguration().kernels == .measured))
        let placed = session.training
        received = Program.all(of: placed).reduce(ExchangeCount()) { $0 + $1.received }
        try await session.initializeParameters()
    }

    public func step() async throws {
        let step = nextStep.wrappingAdd(1, ordering: .relaxed).oldValue
        _ = try await session.train(images: batch.images, labels: batch.labels, step: step, learningRate: 1e-5)
    }

    /// Gives the devices back.
    public func end() async throws {
        try await session.end()
        group.shutdown()
    }
}
