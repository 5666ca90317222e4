/// Stochastic gradient descent with momentum and weight decay.
public struct GradientDescent: UpdateRule, Hashable {
    /// Forms with one name in the field. The first differs from the others when the learning rate changes: the paper's velocity holds
    /// past learning rates, the others' do not. And it differs in what is decayed.
    public enum Form: String, Sendable, Hashable, CaseIterable {
        /// v ← m·v − d·η·w − η·g; w ← w + v, with d = 0 for biases.
        ///
        /// The paper writes one rule for all w. Its author's program (cuda-convnet) decays weights and no biases, and so does Caffe's
        /// bvlc_alexnet (`decay_mult: 0`), so that is done here. Both also double the rate of biases, of which the paper says nothing:
        /// that is not done here.
        /// Source: A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 5.
        case alexnet
        /// v ← m·v + (g + d·w); w ← w − η·v, for weights and biases alike, as PyTorch's SGD has it.
        case common
        /// v ← m·v + (g + d·w); w ← w − η·((g + d·w) + m·v), as PyTorch's SGD has it with `nesterov=True`.
        /// Source: I. Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013.
        case nesterov
    }

    public let form: Form
    /// m
    public let momentum: Float
    /// d
    public let weightDecay: Float

    public init(form: Form = .common, momentum: Float = 0.9, weightDecay: Float = 5e-4) {
        self.form = form
        self.momentum = momentum
        self.weightDecay = weightDecay
    }

    public var name: String { "SGD" }
    public var slots: [String] { ["momentum"] }
    public var operationsPerElement: Int { form == .nesterov ? 7 : 5 }

    /// The same with the parameter's decay: none where the form keeps it from biases.
    public func rule(for parameter: Parameter) -> GradientDescent {
        let keepsBiases = form == .alexnet && parameter.kind != .weight
        return GradientDescent(
            form: form, momentum: momentum, weightDecay: keepsBiases ? 0 : weightDecay * parameter.options.decayFactor)
    }

    public func update(_ run: ElementRun, at step: UpdateStep) {
        let (weights, velocity, gradient) = (run.weights, run.slot(0), run.gradient)
        let m = momentum
        let d = weightDecay
        let rate = step.learningRate
        switch form {
        case .alexnet:
            for i in 0..<run.count {
                let v = m * velocity[i] - d * rate * weights[i] - rate * gradient[i]
                velocity[i] = v
                weights[i] += v
            }
        case .common:
            for i in 0..<run.count {
                let v = m * velocity[i] + (gradient[i] + d * weights[i])
                velocity[i] = v
                weights[i] -= rate * v
            }
        case .nesterov:
            for i in 0..<run.count {
                let g = gradient[i] + d * weights[i]
                let v = m * velocity[i] + g
                velocity[i] = v
                weights[i] -= rate * (g + m * v)
            }
        }
    }
}
