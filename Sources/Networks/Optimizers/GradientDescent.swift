/// Stochastic gradient descent with momentum and weight decay: how a gradient changes a parameter.
public struct GradientDescent: Sendable, Hashable {
    /// Two forms with one name in the field. They differ when the learning rate changes: the paper's velocity holds
    /// past learning rates, the common one's does not.
    public enum Form: String, Sendable, Hashable, CaseIterable {
        /// v ← m·v − d·η·w − η·g; w ← w + v.
        /// Source: A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 5.
        case alexnet
        /// v ← m·v + (g + d·w); w ← w − η·v, as PyTorch and its users have it.
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
}
