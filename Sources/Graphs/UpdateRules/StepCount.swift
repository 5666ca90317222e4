/// The rule of a state that counts training steps: w ← w + c, where c sums to 1 over the batch but for rounding, and is rounded.
public struct StepCount: UpdateRule, Hashable {
    public init() {}

    public var name: String { "step count" }
    public var slots: [String] { [] }
    public var operationsPerElement: Int { 2 }

    public func rule(for parameter: Parameter) -> StepCount { self }

    public func update(_ run: ElementRun, at step: UpdateStep) {
        for i in 0..<run.count { run.weights[i] += run.gradient[i].rounded() }
    }
}
