public import Configuration
import Datasets
import Devices
import Networks
import Parallelism
import Rooflines
import Sessions
public import Topology
import Training

/// Takes some training steps of a network on its devices and says where their time goes.
public struct Profiler: Sendable {
    public struct Options: Sendable, Hashable {
        /// Steps that are measured, and before them.
        public var steps: Int
        public var warmUp: Int
        /// How often to run each kernel alone after the steps; 0: not at all.
        public var repetitionsAlone: Int
        /// Whether batches come from the configuration's data set; otherwise one made-up batch serves in every step.
        public var usesData: Bool

        public init(steps: Int = 5, warmUp: Int = 2, repetitionsAlone: Int = 0, usesData: Bool = false) {
            self.steps = steps
            self.warmUp = warmUp
            self.repetitionsAlone = repetitionsAlone
            self.usesData = usesData
        }
    }

    /// With every gap filled.
    public let configuration: TrainingConfiguration
    public let options: Options
    private let machine: Machine
    private let assignment: CoreAssignment
    private let placed: PlacedNetwork
    private let dataset: (any ImageDataset)?

    /// Throws as `TrainingPreparation` does.
    ///
    /// - Precondition: at least one step to measure.
    public init(_ settings: TrainingConfiguration, on machine: Machine, options: Options) throws {
        precondition(options.steps > 0 && options.warmUp >= 0, "there must be a step to measure")
        self.machine = machine
        self.options = options
        if options.usesData {
            let preparation = try TrainingPreparation(settings, on: machine)
            configuration = preparation.configuration
            assignment = preparation.assignment
            placed = preparation.network
            dataset = preparation.dataset
        } else {
            configuration = try settings.resolved(on: machine)
            assignment = try CoreAssignment(
                on: machine, devices: configuration.devices ?? 1, coresPerDevice: configuration.coresPerDevice)
            placed = try PlacedNetwork(configuration)
            dataset = nil
        }
    }

    /// Where the devices would sit now, and what they would share with other processes.
    public func corePlacement() throws -> CorePlacement {
        try CoreReservation.look(
            on: machine, devices: assignment.perDevice.count, coresPerDevice: assignment.coresPerDevice)
    }

    /// Measures the machine, then takes the steps. Costs about half a second for the former for each number of cores.
    ///
    /// Throws what the data, a device or a kernel throws.
    public func run() async throws -> Profile {
        let rooflines = try await measureRooflines()
        let devices = try DeviceGroup(reserving: assignment, of: machine)
        let cache = KernelCache()
        let session = try await TrainingSession(
            placed.network, strategy: configuration.mode, devices: devices, batchSize: configuration.batchSize,
            microBatches: configuration.microBatches, optimizer: configuration.updateRule, seed: configuration.seed,
            kernels: configuration.kernelSelection(cache: cache), precision: configuration.precision)
        // What cannot be kept is measured again next time; a profile says what was measured either way.
        _ = cache.keep(session.kernelDecisions)
        do {
            try await session.initializeParameters()
            let input = try makeInput()
            let recording = try await session.onFirstCore { try await record(session, devices, input) }
            let alone = try await timeAlone(session, input)
            let decisions = session.kernelDecisions
            try await session.end()
            devices.shutdown()
            guard let roofline = rooflines[usedCores] else { preconditionFailure("the cores in use were measured") }
            return Profile(
                configuration: configuration, options: options, classCount: try placed.network.classCount(),
                rooflines: rooflines.sorted { $0.key < $1.key }.map(\.value),
                step: StepProfile(recording, roofline: roofline, alone: alone), decisions: decisions,
                recording: recording)
        } catch {
            // What the end throws followed from this error.
            try? await session.end()
            devices.shutdown()
            throw error
        }
    }

    private var usedCores: Int { min(assignment.threads.count, machine.usableCoreCount) }

    /// For one core, the cores of the run, and all that can be used.
    private func measureRooflines() async throws -> [Int: Roofline] {
        var rooflines: [Int: Roofline] = [:]
        for cores in Set([1, usedCores, machine.usableCoreCount]).sorted() {
            rooflines[cores] = try await Roofline.measured(cores: cores, of: machine)
        }
        return rooflines
    }

    // MARK: Input

    private enum Input {
        case made(RandomBatch)
        case pipeline(BatchPipeline)
    }

    private func makeInput() throws -> Input {
        let shape = placed.network.inputShape
        guard let dataset else {
            return .made(
                RandomBatch(count: configuration.batchSize, shape: shape, classes: try placed.network.classCount()))
        }
        return .pipeline(
            try BatchPipeline(
                dataset, .training, batchSize: configuration.batchSize, inputShape: shape,
                augmentation: configuration.augmentation, seed: configuration.seed,
                resources: configuration.inputResources))
    }

    // MARK: Steps

    private func record(
        _ session: TrainingSession, _ devices: DeviceGroup, _ input: Input
    ) async throws -> StepRecording {
        for step in 0..<options.warmUp { _ = try await take(step, session, input) }
        let items = session.itemSummaries
        await devices.startTimeline(capacity: options.steps * (items.map(\.count).max() ?? 0))
        var steps: [StepRecording.HostStep] = []
        for step in 0..<options.steps { steps.append(try await take(options.warmUp + step, session, input)) }
        return StepRecording(
            steps: steps, timeline: await devices.stopTimeline(), devices: devices, items: items, usesData: options.usesData)
    }

    /// Too small to drive random labels to infinity, where arithmetic might have another speed.
    private static let learningRate: Float = 1e-5

    private func take(_ step: Int, _ session: TrainingSession, _ input: Input) async throws -> StepRecording.HostStep {
        let begin = monotonicNanoseconds()
        switch input {
        case .made(let batch):
            _ = try await session.train(
                images: batch.images, labels: batch.labels, step: step, learningRate: Self.learningRate)
            return StepRecording.HostStep(begin: begin, ready: begin, end: monotonicNanoseconds())
        case .pipeline(let pipeline):
            let batch = try await pipeline.next()
            let ready = monotonicNanoseconds()
            _ = try await session.train(on: batch, step: step, learningRate: Self.learningRate)
            let end = monotonicNanoseconds()
            batch.release()
            return StepRecording.HostStep(begin: begin, ready: ready, end: end)
        }
    }

    private func timeAlone(_ session: TrainingSession, _ input: Input) async throws -> [[UInt64]]? {
        guard options.repetitionsAlone > 0 else { return nil }
        switch input {
        case .made(let batch):
            return try await session.kernelNanoseconds(
                images: batch.images, labels: batch.labels, repetitions: options.repetitionsAlone)
        case .pipeline(let pipeline):
            let batch = try await pipeline.next()
            defer { batch.release() }
            guard let images = batch.images.baseAddress, let labels = batch.labels.baseAddress else { return nil }
            return try await session.kernelNanoseconds(
                images: images, labels: labels, repetitions: options.repetitionsAlone)
        }
    }
}
