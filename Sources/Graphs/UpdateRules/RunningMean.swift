/// The rule of a state that follows what each step finds: running statistics, such as those of batch normalisation.
///
///     w ← (1 − m)·w + m·c
///
/// c is the step's contribution. The learning rate has no part in it. m is what PyTorch's `BatchNorm2d` calls momentum.
public struct RunningMean: UpdateRule, Hashable {
    /// m
    public let momentum: Float

    public init(momentum: Float = 0.1) {
        self.momentum = momentum
    }

    public var name: String { "running mean" }
    public var slots: [String] { [] }
    public var operationsPerElement: Int { 3 }

    public func rule(for parameter: Parameter) -> RunningMean { self }

    public func update(_ run: ElementRun, at step: UpdateStep) {
        let (kept, taken) = (1 - momentum, momentum)
        for i in 0..<run.count { run.weights[i] = kept * run.weights[i] + taken * run.gradient[i] }
    }
}
