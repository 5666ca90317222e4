import JSONText

extension Setting {
    /// How it learns.
    static let learning = [
        Setting(
            "learning-rate", .positive(\.learningRate, such: "0.01"),
            help: "The learning rate that warm-up ends with and the schedule begins with. Default: the network's.",
            valueName: "rate"),
        Setting(
            "learning-rate-schedule", .choice(\.schedule),
            help: "How it changes after warm-up: constant, cosine or step.",
            discussion: "cosine: along half a cosine to 0 at the run's end. step: by a factor at milestones. Default: cosine.",
            valueName: "name"),
        Setting(
            "milestones", .milestones,
            help: "Epochs of the whole run after which the schedule step multiplies the rate.", valueName: "n,n,..."),
        Setting(
            "milestone-factor", .positive(\.milestoneFactor, such: "0.1"),
            help: "What it multiplies the rate by.", valueName: "factor"),
        Setting(
            "warmup-steps", .number(\.warmupSteps, .warmupSteps),
            help: "Steps in which the rate rises linearly to --learning-rate, before a cosine begins. Default: the network's.",
            valueName: "n"),
        Setting(
            "momentum", .value(\.momentum, "a number from 0 to below 1") { $0 >= 0 && Float($0) < 1 },
            help: "How much of the last change each step keeps; beta1 of Adam.", valueName: "m"),
        Setting(
            "weight-decay",
            .value(\.weightDecay, "a number, 0 or more, at most 1e37") { (0...DecimalNumber.range.upperBound).contains($0) },
            help: "How strongly weights are pulled to zero; biases, too, but for --optimizer alexnet.", valueName: "d"),
        Setting(
            "optimizer", .choice(\.optimizer, alsoCalled: ["sgd": .common]),
            help: "What changes the weights: common (or sgd), nesterov, alexnet, adam, adamw or lars.",
            discussion:
                "common, nesterov, adam and adamw: PyTorch's. alexnet: that of 2012, whose momentum keeps past learning rates "
                + "and which decays no biases. lars: a rate for each layer by its norm, for large batches. Default: common.",
            valueName: "name"),
        Setting(
            "beta2", .value(\.beta2, "a number from 0 to below 1") { $0 >= 0 && Float($0) < 1 },
            help: "How long Adam remembers the squares of gradients. Default: 0.999.", valueName: "b"),
        Setting(
            "epsilon", .positive(\.epsilon, such: "1e-8"),
            help: "What Adam adds to the root that it divides by. Default: 1e-8.", valueName: "e"),
        Setting(
            "trust-coefficient", .positive(\.trustCoefficient, such: "0.001"),
            help: "What LARS multiplies the ratio of a layer's norm to its gradient's by. Default: 0.001.", valueName: "t"),
        Setting(
            "clip-norm", .positive(\.clipNorm, such: "1"),
            help: "The largest norm of all gradients together; larger ones are scaled down. Default: none.", valueName: "c"),
        Setting(
            "ema-decay", .value(\.emaDecay, "a number from 0 to below 1, such as 0.999") { $0 >= 0 && Float($0) < 1 },
            help: "How much of an average of the weights each step keeps; evaluations are of the average. Default: none.",
            valueName: "d"),
        Setting(
            "decay-biases", .truth(\.decayBiases),
            help: "Decay biases as weights are.", discussion: "Default: but for --optimizer alexnet and lars."),
        Setting(
            "label-smoothing", .value(\.labelSmoothing, "a number from 0 to below 1, such as 0.1") { $0 >= 0 && Float($0) < 1 },
            help: "The share of each label that is spread over all classes, in training.", valueName: "e"),
        Setting(
            "dropout", .truth(\.dropout), help: "Drop out in training where the network has layers for it. Default: it does.",
            discussion: "Without, the step is shorter, and every unit takes part in it."),
        Setting(
            "freeze", .layers,
            help: "Layers whose weights and biases keep their values, such as conv1,layer1 or features.*.",
            discussion: "A scope stands for all layers in it, and a star for any characters.", valueName: "layers"),
        Setting(
            "initialization", .choice(\.initialization),
            help: "First weights: published or he.", valueName: "name"),
        Setting(
            "batch-norm", .choice(\.batchNorm),
            help: "Statistics of batch normalisation in training: micro-batch, synchronised over the batch, or frozen.",
            valueName: "name"),
        Setting(
            "seed", .value(\.seed, "a whole number from 0 to \(UInt64.max)"),
            help: "What all random numbers follow from.", valueName: "n"),
    ]
}

extension SettingForm {
    /// A number above 0 that single precision holds, and that may be missing.
    fileprivate static func positive(_ property: Property<Double?>, such example: String) -> SettingForm {
        value(property, expectation(such: example)) { DecimalNumber.range.contains($0) }
    }

    fileprivate static func positive(_ property: Property<Double>, such example: String) -> SettingForm {
        value(property, expectation(such: example)) { DecimalNumber.range.contains($0) }
    }

    private static func expectation(such example: String) -> String {
        "a number above 0, such as \(example), from 1e-37 to 1e37"
    }

    fileprivate static let milestones = SettingForm(
        "epochs in ascending order, such as 20,40, each at least 1 and at most \(NumberBounds.epochs.range.upperBound)",
        kind: .list
    ) { text, configuration in
        let parts = text.split(separator: ",").map { NumberBounds.epochs.number($0.filter { $0 != " " }) ?? 0 }
        guard !parts.isEmpty, parts.allSatisfy({ $0 > 0 }), zip(parts, parts.dropFirst()).allSatisfy(<) else { return false }
        configuration.milestones = parts
        return true
    } write: {
        $0.milestones.isEmpty ? nil : $0.milestones.json
    }

    fileprivate static let layers = SettingForm("names of layers, such as conv1,features.*", kind: .list) { text, configuration in
        let layers = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0.drop { $0 == " " }) }
        guard layers.allSatisfy({ !$0.isEmpty }) else { return false }
        configuration.freeze = layers
        return true
    } write: {
        $0.freeze.isEmpty ? nil : $0.freeze.json
    }
}
