import ModelZoo
import Networks
import ReferenceKernels
import Tensors
import TestSupport
import Testing

@Suite(.serialized) struct SessionTests {
    @Test(arguments: ["lenet5", "lenet5-1998"])
    func oneDeviceComputesTheReferenceGradients(name: String) async throws {
        let network = try ModelZoo.network(named: name)
        let harness = SessionHarness(network: network, batch: 4, classes: 10)
        let outcome = try await harness.run(steps: 1, wantsGradients: true)

        let training = try TrainingGraph(of: network.graph(batchSize: 4, purpose: .training))
        let interpreter = ReferenceInterpreter(training)
        let images = ReferenceTensor(
            HostTensor(Shape([4] + network.inputShape.dimensions), harness.images(step: 0)))
        let values = interpreter.run(
            images: images, labels: harness.labels(step: 0).map(Int.init),
            parameters: interpreter.initialParameters(seed: harness.seed), step: ReferenceStep(seed: harness.seed, step: 0))
        #expect(abs(values.meanLoss - outcome.losses[0]) < 1e-4 * max(1, abs(values.meanLoss)))
        for (parameter, gradient) in training.updates.map({ ($0.parameter, $0.contribution) }) {
            let expected = values[gradient].values
            let scale = expected.map { abs($0) }.max() ?? 0
            let worst = zip(expected, outcome.gradients[parameter].values).map { abs($0 - Double($1)) }.max() ?? 0
            #expect(worst <= 1e-4 * scale, "\(outcome.names[parameter]): \(worst) of \(scale)")
        }
    }
}
