/// How a gradient changes a parameter: the field's optimizers, each a formula for one element.
///
/// A rule keeps some numbers for each element of a parameter from step to step, its *slots*, zero at first. Workers update slices of a
/// parameter each, with the slots of that slice only, so a rule must not look at other elements.
public protocol UpdateRule: Sendable {
    /// The field's name for it: `SGD`, `Adam`.
    var name: String { get }

    /// What each slot is called, as in PyTorch's `state_dict` of the optimizer: `exp_avg`. A checkpoint keeps the slots under these names.
    var slots: [String] { get }

    /// Floating-point operations for one element; a root or a division counts as one.
    var operationsPerElement: Int { get }

    /// Whether it asks for the norms of the whole parameter and of its gradient. All workers then meet once more in each step.
    var usesNorms: Bool { get }

    /// How large all gradients together may be when they come to it.
    var clipping: GradientClipping? { get }

    /// The rule for a parameter, with its options considered, but for the factor on the rate.
    func rule(for parameter: Parameter) -> Self

    /// Changes the weights and the slots of a run of elements.
    ///
    /// Called again and again for short runs, so that a loop over them stays in the first-level cache. Element i of the weights depends on
    /// element i of the gradient, the weights and the slots alone, and on the step: whoever updates which run, the bits are the same.
    func update(_ run: ElementRun, at step: UpdateStep)
}

extension UpdateRule {
    public var usesNorms: Bool { false }
    public var clipping: GradientClipping? { nil }
}

/// The norms of a whole parameter before its update, √Σ x² each, whoever has which part of it.
public struct ParameterNorms: Sendable, Hashable {
    public let weights: Double
    /// Of the gradient as it comes to the update: clipped, if it is.
    public let gradient: Double

    public init(weights: Double, gradient: Double) {
        (self.weights, self.gradient) = (weights, gradient)
    }
}

/// What a step has to say to an update.
public struct UpdateStep: Sendable, Hashable {
    /// The parameter's own: its factor is considered.
    public let learningRate: Float
    /// How many updates this one is, counted from 1.
    public let count: Int
    /// For a rule that uses them.
    public let norms: ParameterNorms?

    public init(learningRate: Float, count: Int, norms: ParameterNorms? = nil) {
        self.learningRate = learningRate
        self.count = count
        self.norms = norms
    }
}

/// A run of a parameter's elements in memory: their weights, their gradient, and their slots.
public struct ElementRun {
    public let weights: UnsafeMutablePointer<Float>
    public let gradient: UnsafePointer<Float>
    public let count: Int
    private let firstSlot: UnsafeMutablePointer<Float>
    private let slotStride: Int

    /// - Parameters:
    ///   - firstSlot: the first slot of the run's first element.
    ///   - slotStride: elements from there to the second slot of that element.
    public init(
        weights: UnsafeMutablePointer<Float>, gradient: UnsafePointer<Float>, firstSlot: UnsafeMutablePointer<Float>,
        slotStride: Int, count: Int
    ) {
        self.weights = weights
        self.gradient = gradient
        self.firstSlot = firstSlot
        self.slotStride = slotStride
        self.count = count
    }

    /// A slot of the run's elements, by its number in the rule's list.
    public func slot(_ number: Int) -> UnsafeMutablePointer<Float> { firstSlot + number * slotStride }
}
