import Configuration
import Datasets
import Devices
import Networks
import Parallelism
import Sessions
import Tensors
import Topology
import Training

/// Takes the same few steps on the same batches, on whatever devices it is told.
struct CaseRun {
    let preparation: TrainingPreparation
    let input: TrainingInput
    let steps: Int
    /// One choice of kernels for all cases: what one has chosen holds for those after it.
    let kernels = HeldKernels()

    init(_ preparation: TrainingPreparation, steps: Int) throws {
        self.preparation = preparation
        self.steps = steps
        input = try TrainingInput(preparation)
    }

    private var configuration: TrainingConfiguration { preparation.configuration }

    /// Shows a session before the first step and after every step, and ends it.
    ///
    /// - Parameters:
    ///   - initial: the parameters' first values.
    ///   - before: is called once, before the first step.
    ///   - after: is called after every step, with the number of steps taken.
    func callAsFunction(
        _ test: VerificationCase, initial: [HostTensor], inspection: ExchangeInspection? = nil,
        before: (TrainingSession) throws -> Void = { _ in },
        after: (Int, StepResult, TrainingSession) async throws -> Void
    ) async throws {
        let assignment = try CoreAssignment(
            on: preparation.machine, devices: test.devices, coresPerDevice: test.coresPerDevice)
        let devices = try DeviceGroup(reserving: assignment, of: preparation.machine)
        defer { devices.shutdown() }
        let session = try await TrainingSession(
            preparation.network.network, strategy: test.mode, devices: devices, batchSize: configuration.batchSize,
            microBatches: configuration.microBatches, optimizer: configuration.updateRule, seed: configuration.seed,
            kernels: kernels.selection(configuration), precision: configuration.precision, inspection: inspection)
        kernels.hold(session.kernelDecisions)
        do {
            try before(session)
            try await session.setParameters(initial)
            input.training.position = BatchPosition(epoch: 0, batch: 0)
            for step in 0..<steps {
                let batch = try await input.training.next()
                defer { batch.release() }
                let result = try await session.train(on: batch, step: step, learningRate: Float(input.schedule[step]))
                try await after(step + 1, result, session)
            }
            try await session.end()
        } catch {
            // What the end throws followed from this error.
            try? await session.end()
            throw error
        }
    }

    /// What the case would do. Throws why it cannot.
    func placed(_ test: VerificationCase) throws -> PlacedGraph {
        _ = try CoreAssignment(on: preparation.machine, devices: test.devices, coresPerDevice: test.coresPerDevice)
        let graph = preparation.network.network
        return try Partitioner.place(
            TrainingGraph(
                of: graph.graph(batchSize: configuration.batchSize, purpose: .training), rule: configuration.updateRule),
            strategy: test.mode,
            devices: test.devices, lanes: test.coresPerDevice, microBatches: configuration.microBatches)
    }
}
