import Devices
import Execution
import Networks
import Parallelism
import Tensors
import Topology

/// A session on made-up batches: pictures and labels from the counter-based generator, so that every session sees the same.
struct SessionHarness {
    let network: Network
    let mode: ParallelMode
    let devices: Int
    var lanes = 1
    let batch: Int
    let classes: Int
    var optimizer = GradientDescent()
    var learningRate: Float = 0.01
    var seed: UInt64 = 11

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

    /// Trains for `steps` steps; gradients are those of the first step.
    func run(steps: Int, wantsGradients: Bool = false) async throws -> Outcome {
        let machine = try Machine.discover()
        let cores = max(1, min(lanes, machine.usableThreadCount))
        precondition(cores == lanes, "this machine has too few cores for \(lanes) lanes")
        let group = try DeviceGroup(machine, try CoreAssignment(on: machine, devices: devices, coresPerDevice: lanes))
        defer { group.shutdown() }
        let session = try await TrainingSession(
            network, strategy: mode, devices: group, batchSize: batch, optimizer: optimizer, seed: seed)
        try await session.initializeParameters()
        var outcome = Outcome(names: session.parameters.map(\.name))
        for step in 0..<steps {
            let images = images(step: step)
            let labels = labels(step: step)
            let result = try await Self.train(session, images, labels, step: step, learningRate: learningRate)
            outcome.losses.append(result.loss)
            if step == 0 && wantsGradients { outcome.gradients = try await session.gradientValues() }
        }
        outcome.parameters = try await session.parameterValues()
        try await session.end()
        return outcome
    }

    private static func train(
        _ session: TrainingSession, _ images: [Float], _ labels: [Int32], step: Int, learningRate: Float
    ) async throws -> StepResult {
        let pictures = UnsafeMutablePointer<Float>.allocate(capacity: images.count)
        pictures.initialize(from: images, count: images.count)
        let classes = UnsafeMutablePointer<Int32>.allocate(capacity: labels.count)
        classes.initialize(from: labels, count: labels.count)
        defer {
            pictures.deallocate()
            classes.deallocate()
        }
        return try await session.train(images: pictures, labels: classes, step: step, learningRate: learningRate)
    }
}
