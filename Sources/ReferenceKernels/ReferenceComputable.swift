package import Networks
import Tensors

/// An operation with a plain loop that says what it computes: what fast kernels are held to. Obviously right comes before fast.
package protocol ReferenceComputable: Operation {
    /// The outputs for the inputs, whose shapes fit the operation's shape rule.
    func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor]
}

/// What random numbers depend on beside the element: the run's seed and the training step.
package struct ReferenceStep: Sendable, Hashable {
    package let seed: UInt64
    package let step: Int

    package init(seed: UInt64, step: Int = 0) {
        self.seed = seed
        self.step = step
    }
}

extension Operation {
    /// The output shapes by the operation's own rule.
    func outputShapes(of inputs: [ReferenceTensor]) -> [Shape] {
        do {
            return try outputTypes(for: inputs.map { TensorType.examples($0.shape) }).map(\.shape)
        } catch {
            preconditionFailure("the interpreter was given inputs that do not fit: \(error)")
        }
    }
}
