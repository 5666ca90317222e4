import ModelZoo
import Networks
import Parallelism
import ReferenceKernels
import Sessions
import Tensors
import TestSupport
import Testing

/// The scores that a session gives are those that its loss reads, whole and in the order of the examples, in every mode.
@Suite(.serialized) struct ScoresTests {
    struct Spread: CustomStringConvertible {
        var mode = ParallelMode.single
        var devices = 1
        var lanes = 1
        var microBatches: Int?
        var description: String {
            "\(mode) on \(devices) devices of \(lanes), \(microBatches.map(String.init) ?? "default") micro-batches"
        }
    }

    static let spreads = [
        Spread(), Spread(lanes: 2), Spread(microBatches: 3), Spread(mode: .data, devices: 2, microBatches: 5),
        Spread(mode: .data, devices: 2, lanes: 2), Spread(mode: .data, devices: 3),
        Spread(mode: .model, devices: 2), Spread(mode: .model, devices: 4), Spread(mode: .hybrid, devices: 2, lanes: 2),
    ]

    @Test(arguments: ["lenet5", "lenet5-1998", "alexnet-small"], spreads)
    func theyAreTheReferenceScores(name: String, spread: Spread) async throws {
        let network = try ModelZoo.network(named: name)
        let harness = SessionHarness(
            network: network, mode: spread.mode, devices: spread.devices, lanes: spread.lanes, microBatches: spread.microBatches,
            batch: 7,
            classes: try network.classCount())
        let count = 5
        let copy = UnsafeMutablePointer<Float>.allocate(capacity: 7 * network.inputShape.elementCount)
        defer { copy.deallocate() }
        let images = harness.images(step: 0)
        copy.initialize(from: images, count: images.count)
        let scores = try await harness.withSession { session, _ in
            _ = try await harness.train(session, step: 0)
            try await session.initializeParameters()
            return try await session.scores(images: copy, count: count)
        }

        let graph = try network.graph(batchSize: 7, purpose: .inference)
        let interpreter = ReferenceInterpreter(graph)
        let values = interpreter.run(
            images: ReferenceTensor(HostTensor(Shape([7] + network.inputShape.dimensions), images)),
            labels: harness.labels(step: 0).map(Int.init), parameters: interpreter.initialParameters(seed: harness.seed),
            step: ReferenceStep(seed: harness.seed, step: 0))
        let expected = values[graph.scores].values
        #expect(scores.shape == Shape([count, harness.classes]))
        let scale = expected.map { abs($0) }.max() ?? 0
        for (index, score) in scores.values.enumerated() {
            #expect(abs(Double(score) - expected[index]) <= 1e-4 * scale, "example \(index / harness.classes)")
        }
    }
}
