/// Adaptive moment estimation: a rate for each element, from running means of its gradient and of the gradient's square.
///
///     m ← β₁·m + (1 − β₁)·g        v ← β₂·v + (1 − β₂)·g²
///     w ← w − η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε)
///
/// Source: D. Kingma and J. Ba, "Adam: a Method for Stochastic Optimization", ICLR 2015, algorithm 1, in the order of PyTorch's `Adam`.
public struct Adam: UpdateRule, Hashable {
    /// Where the weight decay goes.
    public enum Decay: String, Sendable, Hashable, CaseIterable {
        /// g ← g + d·w first, as PyTorch's `Adam`.
        case gradient
        /// w ← w − η·d·w beside it, as PyTorch's `AdamW`.
        /// Source: I. Loshchilov and F. Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2.
        case decoupled
    }

    public let decay: Decay
    // In double precision: 1 − 0.999 in single precision is wrong by a hundred-thousandth.
    /// β₁
    public let beta1: Double
    /// β₂
    public let beta2: Double
    /// ε
    public let epsilon: Double
    /// d
    public let weightDecay: Double

    public init(
        decay: Decay = .gradient, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8, weightDecay: Double = 0
    ) {
        self.decay = decay
        self.beta1 = beta1
        self.beta2 = beta2
        self.epsilon = epsilon
        self.weightDecay = weightDecay
    }

    public var name: String { decay == .gradient ? "Adam" : "AdamW" }
    public var slots: [String] { ["exp_avg", "exp_avg_sq"] }
    public var operationsPerElement: Int { 15 }

    public func rule(for parameter: Parameter) -> Adam {
        Adam(
            decay: decay, beta1: beta1, beta2: beta2, epsilon: epsilon,
            weightDecay: weightDecay * Double(parameter.options.decayFactor))
    }

    public func update(_ run: ElementRun, at step: UpdateStep) {
        let (weights, mean, square, gradient) = (run.weights, run.slot(0), run.slot(1), run.gradient)
        let rate = Double(step.learningRate)
        let (keptMean, newMean) = (Float(beta1), Float(1 - beta1))
        let (keptSquare, newSquare) = (Float(beta2), Float(1 - beta2))
        let stepSize = Float(rate / Self.bias(beta1, step.count))
        let root = Float(Self.bias(beta2, step.count).squareRoot())
        let small = Float(epsilon)
        // Of the two decays one is nothing.
        let intoGradient = decay == .gradient ? Float(weightDecay) : 0
        let keptWeight = decay == .decoupled ? Float(1 - rate * weightDecay) : 1
        for i in 0..<run.count {
            let weight = weights[i] * keptWeight
            let g = gradient[i] + intoGradient * weight
            let m = keptMean * mean[i] + newMean * g
            let v = keptSquare * square[i] + newSquare * g * g
            mean[i] = m
            square[i] = v
            weights[i] = weight - stepSize * (m / (v.squareRoot() / root + small))
        }
    }

    /// 1 − βᵗ: by how much less than the whole weight a running mean that began at zero has.
    private static func bias(_ beta: Double, _ count: Int) -> Double {
        var (power, factor, rest) = (1.0, beta, count)
        while rest > 0 {
            if rest & 1 == 1 { power *= factor }
            factor *= factor
            rest >>= 1
        }
        return 1 - power
    }
}
