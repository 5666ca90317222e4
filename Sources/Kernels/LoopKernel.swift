package import KernelChoices

/// A kernel that is an in-house loop.
package final class LoopKernel: Kernel {
    private let body: (StepArguments) -> Void

    package init(_ body: @escaping (StepArguments) -> Void) {
        self.body = body
    }

    package func run(_ step: StepArguments) throws {
        body(step)
    }
}
