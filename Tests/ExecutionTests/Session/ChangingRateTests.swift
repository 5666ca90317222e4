import Execution
import Networks
import Parallelism
import ReferenceKernels
import Tensors
import Testing

/// Steps at rates that change from one to the next leave the parameters and the optimizer's state that the plain loops in double precision
/// leave: in either form of the optimizer, with momentum, with a decay that counts, and however a session is spread.
@Suite(.serialized) struct ChangingRateTests {
    struct Spread: CustomStringConvertible {
        var mode = ParallelMode.single
        var devices = 1
        var lanes = 1
        var shards: Int?
        var description: String { "\(mode) on \(devices) devices of \(lanes), \(shards.map(String.init) ?? "default") shards" }
    }

    static let spreads = [
        Spread(), Spread(shards: 3), Spread(lanes: 2), Spread(mode: .data, devices: 2),
        Spread(mode: .data, devices: 3, shards: 5),
        Spread(mode: .data, devices: 2, lanes: 2), Spread(mode: .model, devices: 2), Spread(mode: .model, devices: 4),
        Spread(mode: .model, devices: 2, lanes: 2), Spread(mode: .hybrid, devices: 2), Spread(mode: .hybrid, devices: 4),
    ]
    static let rates: [Float] = [0.05, 0.1, 0.1, 0.02, 0.2]

    private static let bias = Initializer.uniform(bound: 0.5)
    /// Smooth, so that no near tie is decided otherwise; biases begin far from zero, so that their decay counts.
    private static let network = Network("smooth", input: [2, 6, 6]) {
        Conv2D(8, kernel: 3, padding: 1, groups: 2, biasInitializer: bias, name: "conv1")
        Tanh()
        AvgPool2D(2)
        Dropout(0.3)
        Dense(12, biasInitializer: bias, name: "fc2")
        Tanh()
        Dense(4, biasInitializer: bias, name: "fc3")
    }

    private func harness(_ form: GradientDescent.Form, _ spread: Spread = Spread()) -> SessionHarness {
        SessionHarness(
            network: Self.network, mode: spread.mode, devices: spread.devices, lanes: spread.lanes, shards: spread.shards,
            batch: 13, classes: 4, optimizer: GradientDescent(form: form, momentum: 0.8, weightDecay: 0.3))
    }

    @Test(arguments: GradientDescent.Form.allCases, spreads)
    func everySpreadComesToTheReference(form: GradientDescent.Form, spread: Spread) async throws {
        let harness = harness(form, spread)
        let (expected, losses) = try reference(harness)
        let bounds = try Bounds(of: expected, begun: reference(harness, steps: 0).training)
        try await harness.withSession { session, _ in
            for (step, rate) in Self.rates.enumerated() {
                var now = harness
                now.learningRate = rate
                let loss = try await now.train(session, step: step).loss
                #expect(abs(loss - losses[step]) < 1e-5 * max(1, losses[step]), "step \(step)")
            }
            let (parameters, state) = (try await session.parameterValues(), try await session.optimizerState())
            for (index, parameter) in session.parameters.enumerated() {
                bounds.parameters[index].expect(
                    parameters[index].values, expected.parameters[index].rounded.values, "\(form), \(spread): \(parameter.name)")
                bounds.velocities[index].expect(
                    state[index].values, expected.velocities[index].rounded.values,
                    "\(form), \(spread): the state of \(parameter.name)")
            }
        }
    }

    /// What would be learnt if something on the way to the update were lost is out of these bounds: they are no wider than they may be.
    @Test(arguments: GradientDescent.Form.allCases) func whatIsLostWouldBeSeen(form: GradientDescent.Form) throws {
        let harness = harness(form)
        let expected = try reference(harness).training
        let bounds = try Bounds(of: expected, begun: reference(harness, steps: 0).training)
        let other = GradientDescent.Form.allCases.first { $0 != form } ?? form
        let rates = Self.rates
        let mistakes: [(name: String, optimizer: GradientDescent, rates: [Float])] = [
            ("momentum", GradientDescent(form: form, momentum: 0, weightDecay: 0.3), rates),
            ("decay", GradientDescent(form: form, momentum: 0.8, weightDecay: 0), rates),
            ("a hundredth of the decay", GradientDescent(form: form, momentum: 0.8, weightDecay: 0.297), rates),
            ("the form", GradientDescent(form: other, momentum: 0.8, weightDecay: 0.3), rates),
            ("a rate, one step early", harness.optimizer, Array(rates.dropFirst()) + [rates[4]]),
            ("the change of a rate", harness.optimizer, [0.05, 0.1, 0.1, 0.1, 0.2]),
        ]
        for mistake in mistakes {
            var wrong = harness
            wrong.optimizer = mistake.optimizer
            let found = try reference(wrong, rates: mistake.rates).training
            #expect(bounds.excess(of: found, from: expected) > 1, "lost: \(mistake.name)")
        }
        #expect(bounds.excess(of: expected, from: expected) == 0)
    }

    /// Training by the plain loops on the harness's batches, and each step's loss.
    private func reference(
        _ harness: SessionHarness, rates: [Float] = ChangingRateTests.rates, steps: Int = ChangingRateTests.rates.count
    ) throws -> (training: ReferenceTraining, losses: [Double]) {
        let graph = try TrainingGraph(of: harness.network.graph(batchSize: harness.batch, purpose: .training))
        var training = ReferenceTraining(graph, optimizer: harness.optimizer, seed: harness.seed)
        let losses = (0..<steps).map { step in
            training.step(
                images: harness.images(step: step), labels: harness.labels(step: step), learningRate: Double(rates[step]),
                ReferenceStep(seed: harness.seed, step: step))
        }
        return (training, losses)
    }

    /// As `Agreement` has it for a network without near ties, of parameters; of the state, the same share of its largest element.
    private struct Bounds {
        let parameters: [Tolerance]
        let velocities: [Tolerance]

        init(of training: ReferenceTraining, begun: ReferenceTraining) {
            let agreement = Agreement(steps: ChangingRateTests.rates.count, batchSize: 13, nearTies: 0)
            parameters = zip(training.parameters, begun.parameters).map { after, before in
                let change = zip(after.values, before.values).map { abs($0 - $1) }.max() ?? 0
                return Tolerance(agreement.shareOfChange * change, relative: agreement.rounding)
            }
            velocities = training.velocities.map { velocity in
                Tolerance(agreement.shareOfChange * (velocity.values.map { abs($0) }.max() ?? 0), relative: agreement.rounding)
            }
        }

        /// The largest distance of an element of any parameter, in units of what is allowed there.
        func excess(of found: ReferenceTraining, from expected: ReferenceTraining) -> Float {
            parameters.indices.map { index in
                parameters[index].worst(found.parameters[index].rounded.values, expected.parameters[index].rounded.values).excess
            }.max() ?? 0
        }
    }
}
