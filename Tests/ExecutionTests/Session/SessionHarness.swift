import Devices
import Execution
import Networks
import Parallelism
import Tensors
import Topology

/// A session on made-up batches: images and labels from the counter-based generator, so that every session sees the same.
struct SessionHarness {
    var network: Network
    var mode = ParallelMode.single
    var devices = 1
    var lanes = 1
    var microBatches: Int?
    let batch: Int
    let classes: Int
    var optimizer: any UpdateRule = GradientDescent()
    var learningRate: Float = 0.01
    var seed: UInt64 = 11
    var kernels = KernelSelection.standard
    var precision = Precision.f32
    /// The parameters' first values; the network's own where not given.
    var initial: [HostTensor]?
    /// Whether a step's gradients may be asked for.
    var keepsGradients = false
    /// What kernels are to fit into.
    var caches = CacheSizes.ofThisMachine
    /// Who watches the exchanges.
    var inspection: ExchangeInspection?

    struct Outcome {
        var losses: [Double] = []
        var parameters: [HostTensor] = []
        var gradients: [HostTensor] = []
        var names: [String] = []
    }

    /// The batch of a step.
    func images(step: Int) -> [Float] {
        let count = batch * network.inputShape.elementCount
        var values = [Float](repeating: 0, count: count)
        let random = RandomSource(seed: seed, purpose: .synthesis)
        values.withUnsafeMutableBufferPointer { random.fillNormal(step: step, range: 0..<count, into: $0) }
        return values
    }

    func labels(step: Int) -> [Int32] {
        let random = RandomSource(seed: seed, purpose: .synthesis, stream: 1)
        return (0..<batch).map { Int32(random.integer(step: step, index: $0, below: classes)) }
    }

    /// A session with its parameters set, for as long as `body` runs.
    func withSession<Result>(_ body: (TrainingSession, DeviceGroup) async throws -> Result) async throws -> Result {
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
            inspection: inspection)
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
    func train(_ session: TrainingSession, step: Int, images: [Float]? = nil) async throws -> StepResult {
        let batch = HostBatch(images: images ?? self.images(step: step), labels: labels(step: step))
        return try await session.train(images: batch.images, labels: batch.labels, step: step, learningRate: learningRate)
    }

    /// Evaluates the batch of a step.
    func evaluate(_ session: TrainingSession, step: Int) async throws -> StepResult {
        let batch = HostBatch(images: images(step: step), labels: labels(step: step))
        return try await session.evaluate(images: batch.images, labels: batch.labels, count: self.batch, afterStep: step)
    }

    /// The scores of the first `count` examples of a batch, by default of all.
    func scores(_ session: TrainingSession, images: [Float], count: Int? = nil) async throws -> HostTensor {
        let batch = HostBatch(images: images, labels: [])
        return try await session.scores(images: batch.images, count: count ?? self.batch)
    }

    /// Trains for `steps` steps; gradients are those of the first step.
    func run(steps: Int, wantsGradients: Bool = false) async throws -> Outcome {
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
final class HostBatch {
    let images: UnsafeMutablePointer<Float>
    let labels: UnsafeMutablePointer<Int32>

    init(images: [Float], labels: [Int32]) {
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
