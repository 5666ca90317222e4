import Foundation
import Networks
import ReferenceKernels
import Tensors
import Testing

/// Every update rule: its plain formula against PyTorch's optimizers, its loop against the plain formula, and that it looks at no other
/// elements than those that it is given.
@Suite struct UpdateRuleTests {
    /// `Scripts/Golden/make_optimizers.py` makes the file.
    private struct Golden: Decodable {
        struct Case: Decodable {
            let name: String
            /// By step.
            let weights: [[Double]]
            let slots: [[Double]]?
        }

        let initial: [Double]
        let rates: [Double]
        let gradients: [[Double]]
        let cases: [Case]

        static func read() throws -> Golden {
            let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("optimizers.json")
            return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: path))
        }
    }

    /// As the script has them.
    static let rules: [(name: String, rule: any ReferenceUpdateRule)] = [
        ("common", GradientDescent(form: .common, momentum: 0.8, weightDecay: 0.05)),
        ("common without momentum", GradientDescent(form: .common, momentum: 0, weightDecay: 0.05)),
        ("nesterov", GradientDescent(form: .nesterov, momentum: 0.8, weightDecay: 0.05)),
        ("adam", Adam(decay: .gradient, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.05)),
        ("adam without decay", Adam(decay: .gradient, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0)),
        ("adamw", Adam(decay: .decoupled, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.05)),
        ("lars", LARS(momentum: 0.8, weightDecay: 0.05, trustCoefficient: 0.01)),
        ("clipped", Clipped(GradientDescent(form: .common, momentum: 0.8, weightDecay: 0.05), toNorm: 0.5)),
        (
            "averaged",
            ExponentialAverage(
                of: Adam(decay: .gradient, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, weightDecay: 0.05), decay: 0.9)
        ),
    ]
    /// PyTorch has none of this form.
    static let all =
        rules + [
            ("alexnet", GradientDescent(form: .alexnet, momentum: 0.8, weightDecay: 0.05)), ("mean", RunningMean(momentum: 0.2)),
        ]

    /// Gradient descent's momentum and decay are single precision's, so the last digits are not PyTorch's.
    private static func nearness(_ rule: any UpdateRule) -> Double { rule is Adam || rule is ExponentialAverage ? 1e-12 : 1e-6 }

    /// What comes to the rule of a gradient, the only one of a step.
    private static func clipped(_ gradient: [Double], by rule: any UpdateRule) -> [Double] {
        guard let clipping = rule.clipping else { return gradient }
        let factor = clipping.factor(norm: gradient.reduce(0) { $0 + $1 * $1 }.squareRoot())
        return gradient.map { $0 * factor }
    }

    @Test func everyRuleOfTheScriptIsHere() throws {
        #expect(try Golden.read().cases.map(\.name) == Self.rules.map(\.name))
    }

    @Test(arguments: rules.indices) func theFormulaIsPyTorchs(index: Int) throws {
        let golden = try Golden.read()
        let (name, rule) = Self.rules[index]
        let expected = try #require(golden.cases.first { $0.name == name })
        var weights = ReferenceTensor([golden.initial.count], golden.initial)
        var slots = rule.slots.map { _ in ReferenceTensor([golden.initial.count], golden.initial.map { _ in 0 }) }
        for (step, gradient) in golden.gradients.enumerated() {
            let gradient = Self.clipped(gradient, by: rule)
            rule.referenceUpdate(
                &weights, slots: &slots, gradient: ReferenceTensor([gradient.count], gradient), learningRate: golden.rates[step],
                count: step + 1)
            for (found, expected) in zip(weights.values, expected.weights[step]) {
                #expect(
                    abs(found - expected) <= Self.nearness(rule) * max(abs(expected), golden.rates[step]), "\(name), step \(step)"
                )
            }
        }
        for (slot, expected) in zip(slots, expected.slots ?? []) {
            for (found, expected) in zip(slot.values, expected) {
                #expect(abs(found - expected) <= Self.nearness(rule) * max(abs(expected), 1e-3), "\(name)")
            }
        }
        #expect((expected.slots ?? slots.map(\.values)).count == rule.slots.count)
    }

    /// Twenty steps in single precision beside the plain formula.
    @Test(arguments: all.indices) func theLoopIsTheFormula(index: Int) throws {
        let golden = try Golden.read()
        let (name, rule) = Self.all[index]
        let count = golden.initial.count
        var expected = ReferenceTensor([count], golden.initial)
        var expectedSlots = rule.slots.map { _ in ReferenceTensor([count], golden.initial.map { _ in 0 }) }
        let found = RunOfElements(weights: golden.initial.map { Float($0) }, slots: rule.slots.count)
        for (step, gradient) in golden.gradients.enumerated() {
            rule.referenceUpdate(
                &expected, slots: &expectedSlots, gradient: ReferenceTensor([count], gradient), learningRate: golden.rates[step],
                count: step + 1)
            found.update(rule, gradient.map { Float($0) }, rate: Float(golden.rates[step]), count: step + 1)
        }
        for i in 0..<count {
            let change = abs(expected.values[i] - golden.initial[i])
            // Some roundings a step, of the weight and of what it is changed by.
            let bound = 20 * 0x1p-23 * abs(expected.values[i]) + 1e-5 * max(change, 1e-3)
            #expect(abs(Double(found.weights[i]) - expected.values[i]) <= bound, "\(name), element \(i)")
            for (slot, values) in expectedSlots.enumerated() {
                let largest = values.values.map { abs($0) }.max() ?? 0
                #expect(
                    abs(Double(found.slot(slot)[i]) - values.values[i]) <= 1e-5 * largest, "\(name), slot \(slot), element \(i)")
            }
        }
    }

    /// Whatever runs the elements are cut into, the bits are the same, and nothing beside them is touched.
    @Test(arguments: all.indices) func whoUpdatesWhichRunDoesNotMatter(index: Int) throws {
        let (name, rule) = Self.all[index]
        let random = RandomSource(seed: 3, purpose: .synthesis)
        let count = 75
        func values(_ step: Int) -> [Float] { (0..<count).map { 2 * random.uniform(step: step, index: $0) - 1 } }
        let whole = RunOfElements(weights: values(0), slots: rule.slots.count)
        let parts = RunOfElements(weights: values(0), slots: rule.slots.count)
        for step in 1...4 {
            // Those before the first element changes, as a step has them.
            let norms = ParameterNorms(weights: 3, gradient: 2)
            whole.update(rule, values(step), rate: 0.1, count: step, norms: norms)
            for cut in [0..<1, 1..<17, 17..<18, 18..<64, 64..<75] {
                parts.update(rule, values(step), rate: 0.1, count: step, elements: cut, norms: norms)
            }
            #expect(whole.all.map(\.bitPattern) == parts.all.map(\.bitPattern), "\(name), step \(step)")
        }
    }

    @Test func optionsChangeTheRuleOfAParameter() {
        var parameter = Parameter(name: "conv1.weight", shape: [1], kind: .weight, fanIn: 1, initializer: .constant(0))
        #expect(parameter.layer == "conv1" && parameter.isTrainable)
        parameter.options = UpdateOptions(rateFactor: 2, decayFactor: 0.5)
        #expect(GradientDescent(weightDecay: 0.25).rule(for: parameter) == GradientDescent(weightDecay: 0.125))
        #expect(Adam(weightDecay: 0.25).rule(for: parameter) == Adam(weightDecay: 0.125))
        #expect(GradientDescent(form: .nesterov, weightDecay: 0.25).rule(for: parameter).form == .nesterov)
        #expect(Adam(decay: .decoupled, weightDecay: 0.25).rule(for: parameter).decay == .decoupled)
        #expect(
            LARS(weightDecay: 0.25, trustCoefficient: 0.5).rule(for: parameter) == LARS(weightDecay: 0.125, trustCoefficient: 0.5)
        )
        let bias = Parameter(name: "conv1.bias", shape: [1], kind: .bias, fanIn: 1, initializer: .constant(0))
        #expect(LARS(weightDecay: 0.25).rule(for: bias) == LARS(weightDecay: 0) && !LARS(weightDecay: 0).usesNorms)
        let both = ExponentialAverage(of: Clipped(LARS(weightDecay: 0.25), toNorm: 3), decay: 0.5).rule(for: parameter)
        #expect(both.clipping == GradientClipping(largestNorm: 3) && both.usesNorms && both.slots == ["momentum", "ema"])
        #expect((both.base as? Clipped)?.base as? LARS == LARS(weightDecay: 0.125))
        parameter.options.isFrozen = true
        #expect(!parameter.isTrainable)
    }

    /// What is small stays as it is, to the bit; what has no norm is told to be none.
    @Test func clippingIsPyTorchs() {
        let clipping = GradientClipping(largestNorm: 2)
        #expect(clipping.factor(norm: 0) == 1 && clipping.factor(norm: 1.999) == 1)
        #expect(abs(clipping.factor(norm: 8) - 0.25) < 1e-7 && clipping.factor(norm: 2) < 1)
        #expect(clipping.factor(norm: .infinity) == 0 && clipping.factor(norm: .nan).isNaN)
    }

    /// No gradient is computed that only frozen parameters would need.
    @Test func frozenLayersAreLeftOut() throws {
        let network = Network("two", input: [1, 6, 6]) {
            Conv2D(4, kernel: 3, name: "conv1")
            ReLU()
            Conv2D(4, kernel: 3, name: "conv2")
            Dense(3, name: "fc3")
        }
        let frozen = network.updating { parameter in
            var options = parameter.options
            if ["conv1", "conv2"].contains(parameter.layer) { options.isFrozen = true }
            return options
        }.updating { parameter in
            var options = parameter.options
            if parameter.kind == .bias { options.rateFactor = 2 }
            return options
        }
        let (all, some) = (
            try TrainingGraph(of: network.graph(batchSize: 2, purpose: .training)),
            try TrainingGraph(of: frozen.graph(batchSize: 2, purpose: .training))
        )
        #expect(all.updates.count == 6)
        #expect(some.updates.map { some.graph.parameters[$0.parameter].name } == ["fc3.weight", "fc3.bias"])
        #expect(some.graph.parameters.map(\.options.rateFactor) == [1, 2, 1, 2, 1, 2])
        #expect(some.graph.parameters.map(\.options.isFrozen) == [true, true, true, true, false, false])
        #expect(some.graph.nodes.count < all.graph.nodes.count)
        // They are among the network's parameters all the same.
        #expect(NetworkSummary(of: some).parameterCount == NetworkSummary(of: all).parameterCount)
        #expect(!some.graph.nodes.contains { $0.layer.hasPrefix("conv") && $0.origin != nil })
    }
}

/// Weights and slots in memory, with a margin of marked elements around each.
private final class RunOfElements {
    private static let margin = 5
    private let memory: UnsafeMutablePointer<Float>
    private let count: Int
    private let slots: Int

    init(weights: [Float], slots: Int) {
        (count, self.slots) = (weights.count, slots)
        memory = .allocate(capacity: (1 + slots) * (weights.count + Self.margin) + Self.margin)
        memory.initialize(repeating: 77, count: (1 + slots) * (weights.count + Self.margin) + Self.margin)
        (memory + Self.margin).update(from: weights, count: count)
        for slot in 0..<slots { self.slot(slot).update(repeating: 0, count: count) }
    }

    deinit { memory.deallocate() }

    var weights: UnsafeMutablePointer<Float> { memory + Self.margin }
    func slot(_ number: Int) -> UnsafeMutablePointer<Float> { weights + (1 + number) * (count + Self.margin) }

    /// With the margins.
    var all: [Float] {
        Array(UnsafeBufferPointer(start: memory, count: (1 + slots) * (count + Self.margin) + Self.margin))
    }

    func update(
        _ rule: any UpdateRule, _ gradient: [Float], rate: Float, count steps: Int, elements: Range<Int>? = nil,
        norms: ParameterNorms? = nil
    ) {
        let elements = elements ?? 0..<count
        func norm(_ values: some Sequence<Float>) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
        let norms =
            norms ?? ParameterNorms(weights: norm(UnsafeBufferPointer(start: weights, count: count)), gradient: norm(gradient))
        gradient.withUnsafeBufferPointer { gradient in
            guard let base = gradient.baseAddress else { return }
            rule.update(
                ElementRun(
                    weights: weights + elements.lowerBound, gradient: base + elements.lowerBound,
                    firstSlot: slot(0) + elements.lowerBound, slotStride: count + Self.margin, count: elements.count),
                at: UpdateStep(learningRate: rate, count: steps, norms: norms))
        }
        let isWhole = stride(from: 0, through: (1 + slots) * (count + Self.margin), by: count + Self.margin)
            .allSatisfy { first in (0..<Self.margin).allSatisfy { memory[first + $0] == 77 } }
        #expect(isWhole, "something beside the elements was changed")
    }
}
