import Execution
import ModelZoo
import Networks
import Tensors
import Testing

/// One device against PyTorch: the losses of twenty steps, and the gradients of the first.
@Suite(.serialized) struct GoldenTests {
    /// How many times PyTorch's own distance between single and double precision ours may be from its double precision: another order
    /// of sums is another draw of the same rounding errors, of which the file holds one. With kernels for vectors of 512 bits losses
    /// come within 1 of them and gradients within 5, for vectors of 256 bits losses within 12.
    static let noiseFactor = 16.0

    @Test(arguments: ["lenet5", "lenet5-1998", "alexnet-small", "alexnet-simplified", "alexnet"])
    func oneDeviceAgreesWithPyTorch(name: String) async throws {
        let (golden, samples) = try GoldenFile.named(name)
        let network = try ModelZoo.network(named: name, classes: golden.classes)
        let parameters = try network.graph(batchSize: golden.batch, purpose: .training).parameters
        let trained = parameters.filter(\.isTrainable)
        #expect(trained.map(\.shape.dimensions) == golden.parameters.map(\.shape))
        let harness = SessionHarness(
            network: network, batch: golden.batch, classes: golden.classes,
            optimizer: GradientDescent(form: .common, momentum: golden.momentum, weightDecay: golden.weightDecay),
            learningRate: golden.learningRate, seed: golden.seed, initial: golden.initialValues(parameters))
        try expectSameNumbers(harness, golden)

        let outcome = try await harness.run(steps: golden.steps, wantsGradients: true)
        expectLosses(outcome.losses, golden)
        for (index, parameter) in golden.parameters.enumerated() {
            let stored = parameter.gradient
            let gradient = outcome.gradients[index].values
            // Stored values are the double precision's, rounded to single.
            let tolerance = Tolerance(Self.noiseFactor * stored.float32Difference, relative: 0x1p-24)
            tolerance.expect(
                (0..<stored.count).map { gradient[$0 * stored.stride] },
                Array(samples[stored.offset..<stored.offset + stored.count]),
                "\(name) \(trained[index].name) (by \(stored.stride))")
        }
    }

    /// Both sides draw the same weights and batches, without which nothing else means anything.
    private func expectSameNumbers(_ harness: SessionHarness, _ golden: GoldenFile) throws {
        #expect(Array(harness.images(step: 0).prefix(8)) == golden.firstStep.input)
        #expect(harness.labels(step: 0) == golden.firstStep.labels)
        let initial = try #require(harness.initial)
        for (own, theirs) in zip(initial, golden.firstStep.parameters) {
            #expect(Array(own.values.prefix(4)) == theirs)
        }
    }

    /// A run's distance from double precision grows with the steps in no known way, so the largest of all steps counts for each.
    private func expectLosses(_ losses: [Double], _ golden: GoldenFile) {
        let noise = zip(golden.losses, golden.lossesFloat64).map { abs($0 - $1) / abs($1) }.max() ?? 0
        let tolerance = Tolerance(0, relative: Self.noiseFactor * noise)
        tolerance.expect(losses.map { Float($0) }, golden.lossesFloat64.map { Float($0) }, "\(golden.network) losses")
    }
}
