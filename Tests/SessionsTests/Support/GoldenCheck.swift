import ModelZoo
import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// Holds the program to a golden file.
struct GoldenCheck {
    /// Whether the program's optimizer decays biases, too. The files hold both ways.
    static let decaysBiases: [GradientDescent.Form: Bool] = [.common: true, .alexnet: false]

    let name: String
    let golden: GoldenFile
    let sums: [Float]
    let network: Network
    let parameters: [Networks.Parameter]
    /// Where the file's parameters and its running statistics stand among the network's.
    let places, statistics: [Int]
    let initial: [HostTensor]

    init(_ name: String) async throws {
        self.name = name
        (golden, sums) = try GoldenFile.named(name)
        network = try golden.shippedNetwork()
        parameters = try network.graph(batchSize: golden.batch, purpose: .training).parameters
        places = try #require(golden.places(in: parameters), "\(name) has not the parameters that PyTorch's has")
        statistics = try #require(golden.statePlaces(in: parameters), "\(name) has not the states that PyTorch's has")
        initial = await golden.initialValues(parameters, at: places)
        for (place, theirs) in zip(places, golden.parameters) {
            #expect(parameters[place].shape.dimensions == theirs.shape, "\(name): \(theirs.name)")
        }
    }

    /// Scores, the gradients of the first step, and losses, changes and running statistics of all.
    func expectOneDeviceAgrees() async throws {
        expectPublishedNames()
        let rules = golden.rules.filter { rule in
            Self.decaysBiases.contains { $0.key.rawValue == rule.form && $0.value == rule.decaysBiases }
        }
        #expect(rules.contains { $0.form == GradientDescent.Form.common.rawValue })
        for rule in rules {
            let form = try #require(GradientDescent.Form(rawValue: rule.form))
            let harness = SessionHarness(
                network: network, batch: golden.batch, classes: golden.classes,
                optimizer: GradientDescent(form: form, momentum: rule.momentum, weightDecay: rule.weightDecay), seed: golden.seed,
                initial: initial, keepsGradients: true)
            expectSameNumbers(harness)
            expect(try await run(harness), rule, "\(name), \(rule)")
        }
    }

    /// The same by three devices with a batch in pieces: PyTorch's, in one, has the statistics that synchronised normalisation takes.
    func expectPiecesAgree() async throws {
        let rule = try #require(golden.rules.first { $0.form == GradientDescent.Form.common.rawValue && $0.decaysBiases })
        let harness = SessionHarness(
            network: network.normalizing(by: .synchronised), mode: .data, devices: 3, microBatches: golden.batch,
            batch: golden.batch, classes: golden.classes,
            optimizer: GradientDescent(momentum: rule.momentum, weightDecay: rule.weightDecay), seed: golden.seed,
            initial: initial, keepsGradients: true)
        expect(try await run(harness), rule, "\(name) in pieces")
    }

    private func expect(_ outcome: Outcome, _ rule: GoldenFile.Rule, _ how: String) {
        #expect(outcome.scores.shape.dimensions == golden.scores.shape)
        expect(golden.scores.values, outcome.scores.values, "\(how): scores")
        expectLosses(outcome.losses, rule)
        expectGradients(outcome.gradients, how)
        for (stored, place) in zip(rule.changes, places) {
            expect(
                stored, outcome.parameters[place].values, since: initial[place].values,
                "\(how): change of \(parameters[place].name)")
        }
        expectStates(outcome, rule, how)
    }

    /// The devices' ways to compute scores, which no gradient passes through; and in model mode, where devices share each micro-batch and
    /// so its statistics, the gradients of the first step with the whole batch in one.
    func expectEveryModeAgrees() async throws {
        for (mode, microBatches) in [(ParallelMode.data, nil), (.model, 1), (.hybrid, 2)] {
            let harness = SessionHarness(
                network: network, mode: mode, devices: 2, microBatches: microBatches, batch: golden.batch,
                classes: golden.classes,
                learningRate: golden.learningRates[0], seed: golden.seed, initial: initial, keepsGradients: mode == .model)
            try await harness.withSession { session, _ in
                let scores = try await harness.scores(session, images: harness.images(step: 0))
                expect(golden.scores.values, scores.values, "\(name) in \(mode) mode: scores")
                guard mode == .model else { return }
                _ = try await harness.train(session, step: 0)
                expectGradients(try await session.gradientValues(), "\(name) in \(mode) mode")
            }
        }
    }

    /// A step of two micro-batches: in data mode the bits of one device, in the others parameters as near as `Agreement` says. PyTorch has no
    /// part in it: its statistics are those of the whole batch.
    func expectModesAgreeWithOneDevice() async throws {
        var harness = SessionHarness(
            network: network, microBatches: 2, batch: golden.batch, classes: golden.classes, learningRate: 0.01,
            seed: golden.seed,
            initial: initial)
        let single = try await harness.run(steps: 1)
        let agreement = SingleRun(
            initial: initial, single: single, agreement: Agreement(steps: 1, batchSize: golden.batch, nearTies: golden.batch / 4))
        harness.devices = 2
        for mode in [ParallelMode.data, .model, .hybrid] {
            harness.mode = mode
            let outcome = try await harness.run(steps: 1)
            if mode == .data {
                for (place, parameter) in parameters.enumerated() {
                    #expect(
                        outcome.parameters[place] == single.parameters[place], "\(name) on two devices: \(parameter.name)")
                }
            } else {
                agreement.expect(outcome, "\(name) in \(mode) mode")
            }
        }
    }

    private struct Outcome {
        let scores: HostTensor
        var losses: [Double] = []
        var gradients: [HostTensor] = []
        var parameters: [HostTensor] = []
        /// By the running statistics.
        var scoresAfter: [Float] = []
    }

    private func run(_ harness: SessionHarness) async throws -> Outcome {
        try await harness.withSession { session, _ in
            let images = harness.images(step: 0)
            var outcome = Outcome(scores: try await harness.scores(session, images: images))
            for step in 0..<golden.steps {
                var harness = harness
                harness.learningRate = golden.learningRates[step]
                outcome.losses.append(try await harness.train(session, step: step).loss)
                if step == 0 { outcome.gradients = try await session.gradientValues() }
            }
            outcome.parameters = try await session.parameterValues()
            outcome.scoresAfter = try await harness.scores(session, images: images).values
            return outcome
        }
    }

    private func expect(_ stored: GoldenTensor, _ values: [Float], since earlier: [Float]? = nil, _ what: String) {
        let worst = stored.worst(values, since: earlier, sums: sums, factor: golden.noiseFactor, seed: golden.seed)
        #expect(worst.share <= 1, "\(what): \(worst)")
    }

    private func expectGradients(_ gradients: [HostTensor], _ how: String) {
        for (stored, place) in zip(golden.parameters, places) {
            expect(stored.gradient, gradients[place].values, "\(how): ∇\(parameters[place].name)")
        }
    }

    private func expectStates(_ outcome: Outcome, _ rule: GoldenFile.Rule, _ how: String) {
        let counts = parameters.indices.filter { parameters[$0].name.hasSuffix("num_batches_tracked") }
        #expect(counts.allSatisfy { outcome.parameters[$0].values == [Float(golden.steps)] })
        for (stored, place) in zip(rule.states ?? [], statistics) {
            expect(stored, outcome.parameters[place].values, "\(how): \(parameters[place].name)")
        }
        if let stored = rule.scoresAfter { expect(stored, outcome.scoresAfter, "\(how): scores by the running statistics") }
    }

    /// Both sides draw the same weights and batches, without which nothing else means anything.
    private func expectSameNumbers(_ harness: SessionHarness) {
        #expect(Array(harness.images(step: 0).prefix(8)) == golden.firstStep.input)
        #expect(harness.labels(step: 0) == golden.firstStep.labels)
        for (place, theirs) in zip(places, golden.firstStep.parameters) {
            #expect(Array(initial[place].values.prefix(4)) == theirs)
        }
    }

    /// A file of the published program's weights would be read to the same parameters.
    private func expectPublishedNames() {
        let names = WeightNames(ofNetwork: golden.network)
        for (place, theirs) in zip(places, golden.parameters) {
            if let published = theirs.publishedName { #expect(names.parameter(ofTensor: published) == parameters[place].name) }
        }
    }

    /// A run's distance from double precision grows with the steps in no known way, so the largest of all steps counts for each.
    private func expectLosses(_ losses: [Double], _ rule: GoldenFile.Rule) {
        #expect(losses.count == rule.losses.count)
        for (step, (own, theirs)) in zip(losses, rule.losses).enumerated() {
            let excess = GoldenTensor.Excess(
                "loss of step \(step)", own, theirs, noise: golden.noiseFactor * rule.lossesNoise * abs(theirs))
            #expect(excess.share <= 1, "\(name), \(rule): \(excess)")
        }
    }
}
