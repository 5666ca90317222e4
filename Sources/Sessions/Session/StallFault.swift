import Glibc
import KernelChoices

/// Has one worker stand still for ever in one step, for tests of what notices it.
package struct StallFault: Sendable, Hashable {
    package let worker: Int
    /// Counted from 0.
    package let step: Int

    package init(worker: Int, step: Int) {
        (self.worker, self.step) = (worker, step)
    }

    /// A kernel that stands still in that step.
    final class Standing: Kernel {
        private let kernel: any Kernel
        private let step: Int

        init(_ kernel: any Kernel, step: Int) {
            (self.kernel, self.step) = (kernel, step)
        }

        func run(_ step: StepArguments) throws {
            while step.step == self.step { sleep(1) }
            try kernel.run(step)
        }
    }
}
