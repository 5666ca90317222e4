/// A kernel bound to memory: what a step runs. Allocates nothing when it runs.
package protocol Kernel: AnyObject {
    func run(_ step: StepArguments) throws
}

/// What differs from step to step.
package struct StepArguments: Sendable {
    /// Counts from 0 over the whole run.
    package var step: Int
    package var seed: UInt64
    package var learningRate: Float

    package init(step: Int, seed: UInt64, learningRate: Float) {
        self.step = step
        self.seed = seed
        self.learningRate = learningRate
    }
}
