/// Stochastic gradient descent with momentum and weight decay: how a gradient changes a parameter.
public struct GradientDescent: Sendable, Hashable {
    /// Two forms with one name in the field. They differ when the learning rate changes: the paper's velocity holds
    /// past learning rates, the common one's does not. And they differ in what is decayed.
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

    /// What a parameter of this kind is updated by: the same, but for a decay that its form keeps from biases.
    public func rule(for kind: Parameter.Kind) -> GradientDescent {
        form == .alexnet && kind == .bias ? GradientDescent(form: form, momentum: momentum, weightDecay: 0) : self
    }
}
