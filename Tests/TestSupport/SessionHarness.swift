package import Devices
package import KernelChoices
package import Networks
package import Parallelism
package import Sessions
package import Tensors
package import Topology

/// A session on made-up batches: images and labels from the counter-based generator, so that every session sees the same.
package struct SessionHarness {
    package var network: Network
    package var mode = ParallelMode.single
    package var devices = 1
    package var lanes = 1
    package var microBatches: Int?
    package let batch: Int
    package let classes: Int
    package var optimizer: any UpdateRule = GradientDescent()
    package var learningRate: Float = 0.01
    package var seed: UInt64 = 11
    package var kernels = KernelSelection.standard
    package var precision = Precision.f32
    /// The parameters' first values; the network's own where not given.
    package var initial: [HostTensor]?
    /// Whether a step's gradients may be asked for.
    package var keepsGradients = false
    /// What kernels are to fit into.
    package var caches = CacheSizes.ofThisMachine
    /// Who watches the exchanges.
    package var inspection: ExchangeInspection?
    /// How workers reach each other's memory; the usual way where not given.
    package var transport: ((_ workers: Int) -> any Transport)?

    package struct Outcome {
        package var losses: [Double] = []
        package var parameters: [HostTensor] = []
        package var gradients: [HostTensor] = []
        package var names: [String] = []
    }

    package init(
        network: Network, mode: ParallelMode = .single, devices: Int = 1, lanes: Int = 1, microBatches: Int? = nil, batch: Int,
        classes: Int, optimizer: any UpdateRule = GradientDescent(), learningRate: Float = 0.01, seed: UInt64 = 11,
        kernels: KernelSelection = .standard, precision: Precision = .f32, initial: [HostTensor]? = nil,
        keepsGradients: Bool = false, caches: CacheSizes = .ofThisMachine, inspection: ExchangeInspection? = nil,
        transport: ((_ workers: Int) -> any Transport)? = nil
    ) {
        (self.network, self.batch, self.classes) = (network, batch, classes)
        (self.mode, self.devices, self.lanes, self.microBatches) = (mode, devices, lanes, microBatches)
        (self.optimizer, self.learningRate, self.seed) = (optimizer, learningRate, seed)
        (self.kernels, self.precision, self.initial) = (kernels, precision, initial)
        (self.keepsGradients, self.caches, self.inspection) = (keepsGradients, caches, inspection)
        self.transport = transport
    }

    /// The batch of a step.
    package func images(step: Int) -> [Float] {
        let count = batch * network.inputShape.elementCount
        var values = [Float](repeating: 0, count: count)
        let random = RandomSource(seed: seed, purpose: .synthesis)
        values.withUnsafeMutableBufferPointer { random.fillNormal(step: step, range: 0..<count, into: $0) }
        return values
    }

    package func labels(step: Int) -> [Int32] {
        let random = RandomSource(seed: seed, purpose: .synthesis, stream: 1)
        return (0..<batch).map { Int32(random.integer(step: step, index: $0, below: classes)) }
    }

    /// A session with its parameters set, for as long as `body` runs.
    package func withSession<Result>(_ body: (TrainingSession, DeviceGroup) async throws -> Result) async throws -> Result {
        let machine = try Machine.discover()
        // Where there are too few cores for a device's lanes, they take turns on those there are.
        let assignment =
            lanes <= machine.usableThreadCount
            ? try CoreAssignment(on: machine, devices: devices, coresPerDevice: lanes)
            : try CoreAssignment(on: machine, devices: devices, sharingLanes: lanes)
        let group = try DeviceGroup(machine, assignment)
        defer { group.shutdown() }
        let session = try await TrainingSession(
            network, strategy: mode, devices: group, batchSize: batch, microBatches: microBatches, optimizer: optimizer,
            seed: seed,
            kernels: kernels, precision: precision, keepsGradients: keepsGradients, caches: caches,
            inspection: inspection, transport: transport)
        do {
            if let initial {
                try await session.setParameters(initial)
            } else {
                try await session.initializeParameters()
            }
            let result = try await body(session, group)
            try await session.end()
            return result
        } catch {
            // The lanes must be idle before their threads end.
            _ = try? await session.end()
            throw error
        }
    }

    /// - Parameter images: the images, where they are not the step's own.
    package func train(_ session: TrainingSession, step: Int, images: [Float]? = nil) async throws -> StepResult {
        let batch = HostBatch(images: images ?? self.images(step: step), labels: labels(step: step))
        return try await session.train(images: batch.images, labels: batch.labels, step: step, learningRate: learningRate)
    }

    /// Evaluates the batch of a step.
    package func evaluate(_ session: TrainingSession, step: Int) async throws -> StepResult {
        let batch = HostBatch(images: images(step: step), labels: labels(step: step))
        return try await session.evaluate(images: batch.images, labels: batch.labels, count: self.batch, afterStep: step)
    }

    /// The scores of the first `count` examples of a batch, by default of all.
    package func scores(_ session: TrainingSession, images: [Float], count: Int? = nil) async throws -> HostTensor {
        let batch = HostBatch(images: images, labels: [])
        return try await session.scores(images: batch.images, count: count ?? self.batch)
    }

    /// Trains for `steps` steps; gradients are those of the first step.
    package func run(steps: Int, wantsGradients: Bool = false) async throws -> Outcome {
        var harness = self
        if wantsGradients { harness.keepsGradients = true }
        return try await harness.withSession { session, _ in
            var outcome = Outcome(names: session.parameters.map(\.name))
            for step in 0..<steps {
                outcome.losses.append(try await train(session, step: step).loss)
                if step == 0 && wantsGradients { outcome.gradients = try await session.gradientValues() }
            }
            outcome.parameters = try await session.parameterValues()
            return outcome
        }
    }
}

/// A batch at an address that stays until it goes.
package final class HostBatch {
    package let images: UnsafeMutablePointer<Float>
    package let labels: UnsafeMutablePointer<Int32>

    package init(images: [Float], labels: [Int32]) {
        self.images = .allocate(capacity: images.count)
        self.images.initialize(from: images, count: images.count)
        self.labels = .allocate(capacity: labels.count)
        self.labels.initialize(from: labels, count: labels.count)
    }

    deinit {
        images.deallocate()
        labels.deallocate()
    }
}
