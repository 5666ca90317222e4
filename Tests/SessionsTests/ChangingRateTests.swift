import Networks
import Parallelism
import ReferenceKernels
import Sessions
import Tensors
import TestSupport
import Testing

/// Steps at rates that change from one to the next leave the parameters and the optimizer's state that the plain loops in double precision
/// leave: by every update rule, with momentum, with a decay that counts, and however a session is spread.
@Suite(.serialized) struct ChangingRateTests {
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
        Spread(), Spread(microBatches: 3), Spread(lanes: 2), Spread(mode: .data, devices: 2),
        Spread(mode: .data, devices: 3, microBatches: 5),
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
        AuxiliaryLoss(weight: 0.4, name: "aux") { Dense(4, biasInitializer: bias, name: "aux.fc") }
        Dense(12, biasInitializer: bias, name: "fc2")
        Tanh()
        MeanFollowing(name: "mean")
        Repeat(2) {
            Dense(12, biasInitializer: bias, name: "tied")
            Tanh()
        }
        Dense(4, biasInitializer: bias, name: "fc3")
    }.updating { parameter in
        // Some parameters have a rate and a decay of their own.
        var options = parameter.options
        if parameter.kind == .bias { options.rateFactor = 2 }
        if parameter.layer == "fc2" { options.decayFactor = 0.5 }
        return options
    }

    /// A rule by its name in the command line, and the same with one of its numbers changed.
    struct Rule: CustomStringConvertible {
        let description: String
        let rule: any UpdateRule
        let changed: [(what: String, rule: any UpdateRule)]
    }

    private static func descent(_ form: GradientDescent.Form, other: GradientDescent.Form) -> Rule {
        func rule(_ form: GradientDescent.Form, _ momentum: Float, _ decay: Float) -> GradientDescent {
            GradientDescent(form: form, momentum: momentum, weightDecay: decay)
        }
        return Rule(
            description: form.rawValue, rule: rule(form, 0.8, 0.3),
            changed: [
                ("momentum", rule(form, 0, 0.3)), ("decay", rule(form, 0.8, 0)),
                ("a hundredth of the decay", rule(form, 0.8, 0.297)), ("the form", rule(other, 0.8, 0.3)),
            ])
    }

    private static func adam(_ decay: Adam.Decay, other: Adam.Decay) -> Rule {
        // An epsilon that counts: a gradient that is nothing but rounding is to move nothing.
        func rule(_ decay: Adam.Decay, _ b1: Double = 0.8, _ b2: Double = 0.9, _ e: Double = 0.01, _ d: Double = 0.3) -> Adam {
            Adam(decay: decay, beta1: b1, beta2: b2, epsilon: e, weightDecay: d)
        }
        return Rule(
            description: decay == .gradient ? "adam" : "adamw", rule: rule(decay),
            changed: [
                ("beta1", rule(decay, 0)), ("beta2", rule(decay, 0.8, 0.91)), ("epsilon", rule(decay, 0.8, 0.9, 0.011)),
                ("decay", rule(decay, 0.8, 0.9, 0.01, 0.29)), ("where the decay goes", rule(other)),
            ])
    }

    static let rules = [
        descent(.common, other: .alexnet), descent(.alexnet, other: .common), descent(.nesterov, other: .common),
        adam(.gradient, other: .decoupled), adam(.decoupled, other: .gradient), lars,
        // One step is clipped by much, another by little, and one not at all.
        Rule(
            description: "clipped", rule: Clipped(GradientDescent(form: .nesterov, momentum: 0.8, weightDecay: 0.3), toNorm: 0.9),
            changed: [
                ("the clipping", GradientDescent(form: .nesterov, momentum: 0.8, weightDecay: 0.3)),
                (
                    "a hundredth of the norm",
                    Clipped(GradientDescent(form: .nesterov, momentum: 0.8, weightDecay: 0.3), toNorm: 0.891)
                ),
            ]),
        Rule(
            description: "clipped and averaged",
            rule: ExponentialAverage(
                of: Clipped(LARS(momentum: 0.8, weightDecay: 0.3, trustCoefficient: 0.5), toNorm: 0.9), decay: 0.7),
            changed: [
                ("the clipping", ExponentialAverage(of: LARS(momentum: 0.8, weightDecay: 0.3, trustCoefficient: 0.5), decay: 0.7))
            ]),
    ]

    private static var lars: Rule {
        func rule(_ momentum: Float = 0.8, _ decay: Float = 0.3, _ trust: Double = 0.5) -> LARS {
            LARS(momentum: momentum, weightDecay: decay, trustCoefficient: trust)
        }
        return Rule(
            description: "lars", rule: rule(),
            changed: [
                ("momentum", rule(0)), ("decay", rule(0.8, 0)), ("a hundredth of the decay", rule(0.8, 0.297)),
                ("a hundredth of the trust", rule(0.8, 0.3, 0.495)),
            ])
    }

    private func harness(_ rule: any UpdateRule, _ spread: Spread = Spread()) -> SessionHarness {
        SessionHarness(
            network: Self.network, mode: spread.mode, devices: spread.devices, lanes: spread.lanes,
            microBatches: spread.microBatches,
            batch: 13, classes: 4, optimizer: rule)
    }

    @Test(arguments: rules, spreads)
    func everySpreadComesToTheReference(rule: Rule, spread: Spread) async throws {
        let harness = harness(rule.rule, spread)
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
                    parameters[index].values, expected.parameters[index].rounded.values, "\(rule), \(spread): \(parameter.name)")
                for (slot, name) in session.optimizerSlots.enumerated() {
                    bounds.slots[slot][index].expect(
                        state[slot][index].values, expected.slots[slot][index].rounded.values,
                        "\(rule), \(spread): \(name) of \(parameter.name)")
                }
            }
        }
    }

    /// What would be learnt if something on the way to the update were lost is out of these bounds: they are no wider than they may be.
    @Test(arguments: rules) func whatIsLostWouldBeSeen(rule: Rule) throws {
        let harness = harness(rule.rule)
        let expected = try reference(harness).training
        let bounds = try Bounds(of: expected, begun: reference(harness, steps: 0).training)
        let rates = Self.rates
        var withoutOptions = harness
        withoutOptions.network = Self.network.updating { _ in UpdateOptions() }
        let plain = try reference(withoutOptions).training
        #expect(bounds.excess(of: plain, from: expected) > 1, "lost: the parameters' options")
        let mistakes: [(name: String, optimizer: any UpdateRule, rates: [Float])] =
            rule.changed.map { ($0.what, $0.rule, rates) } + [
                ("a rate, one step early", rule.rule, Array(rates.dropFirst()) + [rates[4]]),
                ("the change of a rate", rule.rule, [0.05, 0.1, 0.1, 0.1, 0.2]),
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
        let graph = try TrainingGraph(
            of: harness.network.graph(batchSize: harness.batch, purpose: .training), rule: harness.optimizer)
        var training = ReferenceTraining(graph, seed: harness.seed)
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
        let slots: [[Tolerance]]

        init(of training: ReferenceTraining, begun: ReferenceTraining) {
            let agreement = Agreement(steps: ChangingRateTests.rates.count, batchSize: 13, nearTies: 0)
            parameters = zip(training.parameters, begun.parameters).map { after, before in
                let change = zip(after.values, before.values).map { abs($0 - $1) }.max() ?? 0
                return Tolerance(agreement.shareOfChange * change, relative: agreement.rounding)
            }
            slots = training.slots.map { slot in
                slot.map { state in
                    Tolerance(agreement.shareOfChange * (state.values.map { abs($0) }.max() ?? 0), relative: agreement.rounding)
                }
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
