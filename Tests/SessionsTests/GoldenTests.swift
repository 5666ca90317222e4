import ModelZoo
import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// Networks that ship against PyTorch: its scores, the losses of twenty steps, the gradients of the first and the parameters' change
/// by all. Rates change from step to step, and weight decay weighs as much as the gradients do.
@Suite(.serialized) struct GoldenTests {
    static let names = ModelZoo.comparedWithPyTorch + ["resnet20-cifar"]

    /// Whether the program's optimizer decays biases, too. The files hold both ways.
    static let decaysBiases: [GradientDescent.Form: Bool] = [.common: true, .alexnet: false]

    @Test(arguments: names) func oneDeviceAgreesWithPyTorch(name: String) async throws {
        let (golden, sums) = try GoldenFile.named(name)
        let network = try ModelZoo.network(named: name, classes: golden.classes)
        let parameters = try network.graph(batchSize: golden.batch, purpose: .training).parameters
        let trained = parameters.filter(\.isTrainable)
        #expect(trained.map(\.shape.dimensions) == golden.parameters.map(\.shape))
        expectPublishedNames(golden, trained)
        let initial = await golden.initialValues(parameters)
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
            expectSameNumbers(harness, golden, zip(parameters, initial).filter { $0.0.isTrainable }.map(\.1))
            let outcome = try await run(harness, golden)
            func expect(_ stored: GoldenTensor, _ values: [Float], since: [Float]? = nil, _ what: String) {
                let worst = stored.worst(values, since: since, sums: sums, factor: golden.noiseFactor, seed: golden.seed)
                #expect(worst.share <= 1, "\(name), \(rule): \(what): \(worst)")
            }
            #expect(outcome.scores.shape.dimensions == golden.scores.shape)
            expect(golden.scores.values, outcome.scores.values, "scores")
            expectLosses(outcome.losses, rule, golden)
            let places = parameters.indices.filter { parameters[$0].isTrainable }
            for (index, place) in places.enumerated() {
                expect(golden.parameters[index].gradient, outcome.gradients[place].values, "∇\(parameters[place].name)")
                expect(
                    rule.changes[index], outcome.parameters[place].values, since: initial[place].values,
                    "change of \(parameters[place].name)")
            }
            let states = parameters.indices.filter { parameters[$0].kind == .state }
            let counts = states.filter { parameters[$0].name.hasSuffix("num_batches_tracked") }
            #expect(counts.allSatisfy { outcome.parameters[$0].values == [Float(golden.steps)] })
            let statistics = states.filter { !counts.contains($0) }
            try #require(statistics.count == rule.states?.count ?? 0)
            for (stored, place) in zip(rule.states ?? [], statistics) {
                expect(stored, outcome.parameters[place].values, parameters[place].name)
            }
        }
    }

    /// The devices' ways to compute scores, which no gradient passes through.
    @Test(arguments: names) func everyModeGivesPyTorchsScores(name: String) async throws {
        let (golden, sums) = try GoldenFile.named(name)
        let network = try ModelZoo.network(named: name, classes: golden.classes)
        let initial = await golden.initialValues(try network.graph(batchSize: golden.batch, purpose: .training).parameters)
        for (mode, devices, microBatches) in [(ParallelMode.data, 2, nil), (.model, 2, nil), (.hybrid, 2, 2)] {
            let harness = SessionHarness(
                network: network, mode: mode, devices: devices, microBatches: microBatches, batch: golden.batch,
                classes: golden.classes,
                seed: golden.seed, initial: initial)
            let scores = try await harness.withSession { session, _ in
                try await harness.scores(session, images: harness.images(step: 0))
            }
            let worst = golden.scores.values.worst(scores.values, sums: sums, factor: golden.noiseFactor, seed: golden.seed)
            #expect(worst.share <= 1, "\(name) in \(mode) mode: \(worst)")
        }
    }

    /// What one rule leaves is not what another does, in any parameter that they treat differently: by ten times the noise.
    @Test(arguments: names) func theFilesTellTheRulesApart(name: String) throws {
        let (golden, sums) = try GoldenFile.named(name)
        #expect(golden.rules.count >= 2)
        for (place, rule) in golden.rules.enumerated() {
            for other in golden.rules[..<place] {
                for (index, parameter) in golden.parameters.enumerated() {
                    guard rule.form != other.form || [".bias", ".scale"].contains(where: parameter.name.hasSuffix) else {
                        continue
                    }
                    let worst = rule.changes[index].worst(
                        other.changes[index].summary(sums: sums), sums: sums, factor: min(5, golden.noiseFactor))
                    #expect(worst.share > 2, "\(name): \(parameter.name) by \(rule) and by \(other): \(worst)")
                }
            }
        }
    }

    private struct Outcome {
        let scores: HostTensor
        var losses: [Double] = []
        var gradients: [HostTensor] = []
        var parameters: [HostTensor] = []
    }

    private func run(_ harness: SessionHarness, _ golden: GoldenFile) async throws -> Outcome {
        try await harness.withSession { session, _ in
            var outcome = Outcome(scores: try await harness.scores(session, images: harness.images(step: 0)))
            for step in 0..<golden.steps {
                var harness = harness
                harness.learningRate = golden.learningRates[step]
                outcome.losses.append(try await harness.train(session, step: step).loss)
                if step == 0 { outcome.gradients = try await session.gradientValues() }
            }
            outcome.parameters = try await session.parameterValues()
            return outcome
        }
    }

    /// Both sides draw the same weights and batches, without which nothing else means anything.
    private func expectSameNumbers(_ harness: SessionHarness, _ golden: GoldenFile, _ drawn: [HostTensor]) {
        #expect(Array(harness.images(step: 0).prefix(8)) == golden.firstStep.input)
        #expect(harness.labels(step: 0) == golden.firstStep.labels)
        for (own, theirs) in zip(drawn, golden.firstStep.parameters) {
            #expect(Array(own.values.prefix(4)) == theirs)
        }
    }

    /// A file of the published program's weights would be read to the same parameters.
    private func expectPublishedNames(_ golden: GoldenFile, _ trained: [Parameter]) {
        let names = WeightNames(ofNetwork: golden.network)
        for (own, theirs) in zip(trained, golden.parameters) {
            if let published = theirs.publishedName { #expect(names.parameter(ofTensor: published) == own.name) }
        }
    }

    /// A run's distance from double precision grows with the steps in no known way, so the largest of all steps counts for each.
    private func expectLosses(_ losses: [Double], _ rule: GoldenFile.Rule, _ golden: GoldenFile) {
        #expect(losses.count == rule.losses.count)
        for (step, (own, theirs)) in zip(losses, rule.losses).enumerated() {
            let excess = GoldenTensor.Excess(
                "loss of step \(step)", own, theirs, noise: golden.noiseFactor * rule.lossesNoise * abs(theirs))
            #expect(excess.share <= 1, "\(golden.network), \(rule): \(excess)")
        }
    }
}
