import Execution
import ModelZoo
import Networks
import Parallelism
import ReferenceKernels
import Tensors
import Testing

@Suite(.serialized) struct SessionTests {
    @Test(arguments: ["lenet5", "lenet5-1998"])
    func oneDeviceComputesTheReferenceGradients(name: String) async throws {
        let network = try ModelZoo.network(named: name)
        let harness = SessionHarness(network: network, mode: .single, devices: 1, batch: 4, classes: 10)
        let outcome = try await harness.run(steps: 1, wantsGradients: true)

        let training = try TrainingGraph(of: network.graph(batchSize: 4, purpose: .training))
        let interpreter = ReferenceInterpreter(training)
        let images = ReferenceTensor(
            HostTensor(Shape([4] + network.inputShape.dimensions), harness.images(step: 0)))
        let values = interpreter.run(
            images: images, labels: harness.labels(step: 0).map(Int.init),
            parameters: interpreter.initialParameters(seed: harness.seed), step: ReferenceStep(seed: harness.seed, step: 0))
        #expect(abs(values.meanLoss - outcome.losses[0]) < 1e-4 * max(1, abs(values.meanLoss)))
        for (parameter, gradient) in training.gradients {
            let expected = values[gradient].values
            let scale = expected.map { abs($0) }.max() ?? 0
            let worst = zip(expected, outcome.gradients[parameter].values).map { abs($0 - Double($1)) }.max() ?? 0
            #expect(worst <= 1e-4 * scale, "\(outcome.names[parameter]): \(worst) of \(scale)")
        }
    }

    @Test(arguments: [("lenet5", 13), ("lenet5-1998", 8), ("alexnet-small", 8)])
    func everyModeAgreesWithOneDevice(name: String, batch: Int) async throws {
        let network = try ModelZoo.network(named: name)
        let single = try await SessionHarness(network: network, mode: .single, devices: 1, batch: batch, classes: 10).run(steps: 10)
        for (mode, devices) in [(ParallelMode.data, 2), (.data, 3), (.data, 4), (.model, 2), (.model, 4), (.hybrid, 2), (.hybrid, 4)] {
            let other = try await SessionHarness(network: network, mode: mode, devices: devices, batch: batch, classes: 10).run(steps: 10)
            for (index, parameter) in single.parameters.enumerated() {
                let scale = parameter.values.map { abs($0) }.max() ?? 0
                let worst = zip(parameter.values, other.parameters[index].values).map { abs($0 - $1) }.max() ?? 0
                #expect(worst <= 1e-4 * scale, "\(mode) \(devices) \(single.names[index]): \(worst) of \(scale)")
            }
            print(name, mode, devices, single.losses.last ?? 0, other.losses.last ?? 0)
        }
    }
}
