import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// A weight that is used several times, several losses, states, and norms over all parameters: the same on any number of devices.
@Suite(.serialized) struct TiedWeightsTests {
    private static let network = Network("tied", input: [2, 8, 8]) {
        Conv2D(6, kernel: 3, padding: 1, name: "conv1")
        Repeat(3) {
            Conv2D(6, kernel: 3, padding: 1, groups: 2, name: "mix")
            Tanh()
        }
        MeanFollowing(name: "mean")
        MeanFollowing(name: "kept", isRead: false)
        AvgPool2D(2)
        AuxiliaryLoss(weight: 0.3, name: "aux") { Dense(5, name: "aux.fc") }
        Dense(24, name: "fc2")
        Repeat(2) {
            Dense(24, name: "cell")
            Tanh()
        }
        Dense(5, name: "fc3")
    }

    static let rules: [any UpdateRule] = [
        GradientDescent(),
        ExponentialAverage(of: Clipped(LARS(trustCoefficient: 0.1), toNorm: 0.7), decay: 0.9),
        Clipped(Adam(decay: .decoupled, weightDecay: 0.01), toNorm: 0.2),
    ]

    private func harness(_ rule: any UpdateRule, _ mode: ParallelMode, devices: Int, lanes: Int = 1) -> SessionHarness {
        SessionHarness(
            network: Self.network, mode: mode, devices: devices, lanes: lanes, microBatches: 8, batch: 24, classes: 5,
            optimizer: rule, learningRate: 0.02)
    }

    @Test(arguments: rules.indices) func dataModeComputesTheSameBits(rule: Int) async throws {
        let one = try await harness(Self.rules[rule], .single, devices: 1).run(steps: 4)
        for (devices, lanes) in [(2, 1), (3, 1), (4, 1), (2, 2), (1, 3)] {
            let found = try await harness(Self.rules[rule], .data, devices: devices, lanes: lanes).run(steps: 4)
            #expect(found.parameters == one.parameters && found.losses == one.losses, "\(devices) devices of \(lanes)")
        }
    }

    @Test(arguments: rules.indices, [(ParallelMode.model, 2), (.model, 3), (.model, 4), (.hybrid, 2), (.hybrid, 4)])
    func otherModesAgree(rule: Int, spread: (mode: ParallelMode, devices: Int)) async throws {
        let one = try await harness(Self.rules[rule], .single, devices: 1).run(steps: 4)
        let begun = await InitialParameters.values(
            of: try Self.network.graph(batchSize: 24, purpose: .training),
            seed: harness(Self.rules[rule], .single, devices: 1).seed)
        let found = try await harness(Self.rules[rule], spread.mode, devices: spread.devices).run(steps: 4)
        let agreement = Agreement(steps: 4, batchSize: 24, nearTies: 0)
        for index in one.names.indices {
            let change = zip(one.parameters[index].values, begun[index].values).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            Tolerance(agreement.shareOfChange * Double(change), relative: agreement.rounding).expect(
                found.parameters[index].values, one.parameters[index].values, "\(spread): \(one.names[index])")
        }
    }

    /// The parts of the loss are told, and their weighted sum is the whole.
    @Test func bothLossesAreTold() async throws {
        try await harness(GradientDescent(), .data, devices: 2).withSession { session, _ in
            let result = try await harness(GradientDescent(), .data, devices: 2).train(session, step: 0)
            let (loss, aux) = (try #require(result.losses["loss"]), try #require(result.losses["aux"]))
            #expect(result.losses.count == 2 && loss > 0 && aux > 0 && loss != aux)
            #expect(abs(result.loss - (loss + Double(Float(0.3)) * aux)) < 1e-12)
            // What is evaluated is the network's own.
            let evaluated = try await harness(GradientDescent(), .data, devices: 2).evaluate(session, step: 1)
            #expect(Array(evaluated.losses.keys) == ["loss"] && evaluated.loss == evaluated.losses["loss"])
        }
    }

    /// With the average in their place the weights evaluate as those of a session that was given the average; then they are back.
    @Test(arguments: [(ParallelMode.data, 3, 1), (.data, 2, 2), (.model, 2, 1), (.hybrid, 2, 2)])
    func theAverageIsEvaluated(mode: ParallelMode, devices: Int, lanes: Int) async throws {
        let rule = ExponentialAverage(of: GradientDescent(), decay: 0.75)
        var harness = harness(rule, mode, devices: devices, lanes: lanes)
        harness.learningRate = 0.2
        let (averaged, state, weights) = try await harness.withSession { session, _ in
            for step in 0..<4 { _ = try await harness.train(session, step: step) }
            let (before, state) = (try await session.parameterValues(), try await session.optimizerState())
            let averaged = try await session.withAveragedWeights { try await harness.evaluate(session, step: 9) }
            #expect(try await session.parameterValues() == before)
            #expect(try await session.optimizerState() == state)
            #expect(try await session.replicaDifferences().differences.isEmpty)
            #expect(try await harness.evaluate(session, step: 9) != averaged)
            return (averaged, state, before)
        }
        // States and what is not trained have no average.
        let graph = try Self.network.graph(batchSize: 24, purpose: .training)
        harness.initial = graph.parameters.indices.map { graph.parameters[$0].isTrainable ? state[1][$0] : weights[$0] }
        try await harness.withSession { session, _ in
            let found = try await harness.evaluate(session, step: 9)
            #expect(found == averaged)
        }
    }

    /// An error in what is done with the average does not keep the weights away.
    @Test func theWeightsComeBackAfterAnError() async throws {
        struct Mistake: Error {}
        let harness = harness(ExponentialAverage(of: GradientDescent(), decay: 0.75), .data, devices: 2)
        try await harness.withSession { session, _ in
            _ = try await harness.train(session, step: 0)
            let before = try await session.parameterValues()
            await #expect(throws: Mistake.self) { try await session.withAveragedWeights { throw Mistake() } }
            #expect(try await session.parameterValues() == before)
        }
    }
}
