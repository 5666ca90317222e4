public import Configuration
public import Networks

extension TrainingConfiguration {
    /// The update rule that the settings describe, with what is done to gradients before it and kept of weights behind it.
    public var updateRule: any UpdateRule {
        let clipped: any UpdateRule = if let clipNorm { Clipped(plainRule, toNorm: clipNorm) } else { plainRule }
        return if let emaDecay { ExponentialAverage(of: clipped, decay: emaDecay) } else { clipped }
    }

    private var plainRule: any UpdateRule {
        func descent(_ form: GradientDescent.Form) -> GradientDescent {
            GradientDescent(form: form, momentum: Float(momentum), weightDecay: Float(weightDecay))
        }
        func adam(_ decay: Adam.Decay) -> Adam {
            Adam(
                decay: decay, beta1: momentum, beta2: beta2 ?? Self.commonBeta2, epsilon: epsilon ?? Self.commonEpsilon,
                weightDecay: weightDecay)
        }
        switch optimizer {
        case .common: return descent(.common)
        case .nesterov: return descent(.nesterov)
        case .alexnet: return descent(.alexnet)
        case .adam: return adam(.gradient)
        case .adamw: return adam(.decoupled)
        case .lars:
            return LARS(
                momentum: Float(momentum), weightDecay: Float(weightDecay),
                trustCoefficient: trustCoefficient ?? Self.commonTrustCoefficient)
        }
    }

    /// What changes the weights, with what it has to know but the decay: `momentum 0.9`, `Adam, beta1 0.9, beta2 0.999, epsilon 1e-08`.
    public var optimizerText: String {
        plainText + (clipNorm.map { ", gradients clipped to \($0)" } ?? "")
            + (emaDecay.map { ", weights averaged with \($0)" } ?? "")
    }

    private var plainText: String {
        switch optimizer {
        case .lars:
            "LARS, momentum \(momentum), trust coefficient \(trustCoefficient ?? Self.commonTrustCoefficient)"
        case .common, .alexnet: "momentum \(momentum)"
        case .nesterov: "Nesterov's momentum \(momentum)"
        case .adam, .adamw:
            "\(updateRule.name), beta1 \(momentum), beta2 \(beta2 ?? Self.commonBeta2), epsilon \(epsilon ?? Self.commonEpsilon)"
        }
    }

    /// Those of the paper and of PyTorch.
    static let commonBeta2 = 0.999
    static let commonEpsilon = 1e-8
    /// That of the paper.
    static let commonTrustCoefficient = 0.001

    /// The network with the options that the settings give its parameters.
    ///
    /// Throws `ConfigurationError.contradiction` where there is no such layer, or where nothing would be left to learn.
    func updating(_ network: Network) throws -> Network {
        let graph = try network.graph(batchSize: 1, purpose: .inference)
        guard batchNorm == .microBatch || graph.nodes.contains(where: { $0.operation is Normalization }) else {
            throw ConfigurationError.contradiction(
                "batch-norm is \(batchNorm.rawValue), but \(model) has no batch normalisation; leave it out")
        }
        guard
            try dropout
                || network.graph(batchSize: 1, purpose: .training).nodes.contains(where: { $0.operation is RandomDropout })
        else {
            throw ConfigurationError.contradiction("dropout is false, but \(model) has no dropout; leave it out")
        }
        let parameters = graph.parameters.filter(\.isTrainable)
        let layers = parameters.map(\.layer).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let patterns = freeze.map { LayerPattern($0) }
        if let unknown = patterns.first(where: { pattern in !layers.contains(where: pattern.matches) }) {
            throw ConfigurationError.contradiction(
                "freeze names \(unknown.text), which is no layer of \(model) that learns; there are \(NameList.text(layers))")
        }
        let frozen = Set(layers.filter { layer in patterns.contains { $0.matches(layer) } })
        guard frozen.count < layers.count else {
            throw ConfigurationError.contradiction(
                "freeze names all layers of \(model) that learn, so nothing would be learnt; leave one out")
        }
        let decaysBiases = decayBiases ?? true
        let smoothed = network.normalizing(by: batchNorm).smoothingLabels(by: Float(labelSmoothing)).droppingOut(dropout)
        return smoothed.updating { parameter in
            var options = parameter.options
            if frozen.contains(parameter.layer) { options.isFrozen = true }
            if parameter.kind == .bias || parameter.kind == .scale, !decaysBiases { options.decayFactor = 0 }
            return options
        }
    }

    /// The steps of the whole run; those of an epoch where nobody says how long it is.
    ///
    /// Throws `ConfigurationError.contradiction` where they are more than a run may have.
    func totalSteps(stepsPerEpoch: Int) throws(ConfigurationError) -> Int {
        switch duration {
        case .steps(let steps): return steps
        case nil: return stepsPerEpoch
        case .epochs(let epochs):
            let most = NumberBounds.steps.range.upperBound
            let (steps, isBeyond) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
            guard !isBeyond, steps <= most else {
                throw .contradiction(
                    "--epochs \(epochs) of \(stepsPerEpoch) steps each are more than \(most) steps "
                        + "(\(NumberBounds.steps.reason)); give at most --epochs \(most / stepsPerEpoch)")
            }
            return steps
        }
    }

    /// How the learning rate changes over a run of `totalSteps`.
    public func learningRateSchedule(stepsPerEpoch: Int, totalSteps: Int) -> LearningRateSchedule {
        let shape: LearningRateSchedule.Shape =
            switch schedule {
            case .constant: .constant
            case .cosine: .cosine
            case .step:
                .step(
                    // A milestone that is beyond what can be counted is never reached.
                    milestones: milestones.map { milestone in
                        let (step, isBeyond) = milestone.multipliedReportingOverflow(by: stepsPerEpoch)
                        return isBeyond ? .max : step
                    }, factor: milestoneFactor)
            }
        return LearningRateSchedule(
            base: learningRate ?? 0, shape: shape, warmupSteps: warmupSteps ?? 0, totalSteps: totalSteps)
    }
}
