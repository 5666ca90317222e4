/// A rule that also keeps an exponential average of the weights that it makes: of weights that are noisy a smooth one, to evaluate.
///
///     a ← w at the first update;   a ← a + (1 − d)·(w − a) at each other
///
/// That of PyTorch's `AveragedModel` with `get_ema_multi_avg_fn(d)`, updated after each step. The average is one more slot, `ema`: a
/// checkpoint keeps it as `optimizer.ema.` and the parameter's name.
///
/// Source: B. Polyak and A. Juditsky, "Acceleration of Stochastic Approximation by Averaging", 1992, with exponential weights.
public struct ExponentialAverage: UpdateRule {
    /// What the slot is called.
    public static let slot = "ema"

    public let base: any UpdateRule
    /// d: how much of the average each step keeps.
    public let decay: Double

    public init(of base: any UpdateRule, decay: Double) {
        self.base = base
        self.decay = decay
    }

    public var name: String { base.name }
    public var slots: [String] { base.slots + [Self.slot] }
    public var operationsPerElement: Int { base.operationsPerElement + 3 }
    public var usesNorms: Bool { base.usesNorms }
    public var clipping: GradientClipping? { base.clipping }

    public func rule(for parameter: Parameter) -> ExponentialAverage {
        ExponentialAverage(of: base.rule(for: parameter), decay: decay)
    }

    public func update(_ run: ElementRun, at step: UpdateStep) {
        base.update(run, at: step)
        let (weights, average, taken) = (run.weights, run.slot(base.slots.count), Float(1 - decay))
        if step.count == 1 {
            average.update(from: weights, count: run.count)
        } else {
            for i in 0..<run.count { average[i] += taken * (weights[i] - average[i]) }
        }
    }
}
