/// Layer-wise adaptive rate scaling: gradient descent with momentum, at a rate for each parameter by the ratio of its norm to its gradient's.
///
///     λ = t·‖w‖ / (‖g‖ + d·‖w‖ + ε);   v ← m·v + λ·(g + d·w);   w ← w − η·v
///
/// Biases and whatever else does not decay are not adapted: λ = 1, d = 0. The same holds in a step in which ‖w‖ or ‖g‖ is 0.
/// η stands outside of the velocity, as in PyTorch's SGD; in the paper it stands within.
///
/// Source: Y. You, I. Gitman and B. Ginsburg, "Large Batch Training of Convolutional Networks", 2017, equation 6 and algorithm 1.
public struct LARS: UpdateRule, Hashable {
    /// m
    public let momentum: Float
    /// d
    public let weightDecay: Float
    /// t
    public let trustCoefficient: Double
    /// ε
    public let epsilon: Double

    public init(
        momentum: Float = 0.9, weightDecay: Float = 5e-4, trustCoefficient: Double = 0.001, epsilon: Double = 1e-8
    ) {
        self.momentum = momentum
        self.weightDecay = weightDecay
        self.trustCoefficient = trustCoefficient
        self.epsilon = epsilon
    }

    public var name: String { "LARS" }
    public var slots: [String] { ["momentum"] }
    public var operationsPerElement: Int { 7 }
    public var usesNorms: Bool { weightDecay > 0 }

    public func rule(for parameter: Parameter) -> LARS {
        LARS(
            momentum: momentum, weightDecay: parameter.kind == .weight ? weightDecay * parameter.options.decayFactor : 0,
            trustCoefficient: trustCoefficient, epsilon: epsilon)
    }

    public func update(_ run: ElementRun, at step: UpdateStep) {
        let (weights, velocity, gradient) = (run.weights, run.slot(0), run.gradient)
        let (m, rate) = (momentum, step.learningRate)
        let (ratio, d) = adaptation(step.norms)
        for i in 0..<run.count {
            let v = m * velocity[i] + ratio * (gradient[i] + d * weights[i])
            velocity[i] = v
            weights[i] -= rate * v
        }
    }

    /// λ and d.
    private func adaptation(_ norms: ParameterNorms?) -> (ratio: Float, decay: Float) {
        guard let norms, usesNorms, norms.weights != 0, norms.gradient != 0 else { return (1, 0) }
        let ratio = trustCoefficient * norms.weights / (norms.gradient + Double(weightDecay) * norms.weights + epsilon)
        return (Float(ratio), weightDecay)
    }
}
