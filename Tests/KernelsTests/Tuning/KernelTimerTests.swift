import KernelChoices
import Kernels
import Testing

/// How often a kernel runs and which of its runs counts, on a clock that only the kernels move.
@Suite struct KernelTimerTests {
    private final class Clock {
        /// Late enough that a moment is not taken for a duration.
        var nanoseconds: UInt64 = 7_000_000_000
    }

    private final class MadeUpKernel: Kernel {
        /// What each run takes; the last one's time is that of all further ones.
        private let times: [UInt64]
        private let clock: Clock
        /// Of each run, what step it was told.
        private(set) var steps: [Int] = []

        init(_ times: [UInt64], _ clock: Clock) {
            self.times = times
            self.clock = clock
        }

        func run(_ step: StepArguments) throws {
            steps.append(step.step)
            clock.nanoseconds += times[min(steps.count, times.count) - 1]
        }
    }

    private let clock = Clock()

    private func kernel(_ times: UInt64...) -> MadeUpKernel { MadeUpKernel(times, clock) }

    private var timer: KernelTimer {
        KernelTimer(StepArguments(step: 5, seed: 0, learningRate: 0), now: { [clock] in clock.nanoseconds })
    }

    // MARK: The best

    /// The first run only warms the memory: it does not count, though it is the shortest.
    @Test func theBestOfTheLaterRunsCounts() throws {
        #expect(try timer.bestSeconds([kernel(1, 5_000_000, 3_000_000)]) == 0.003)
        #expect(try timer.bestSeconds([kernel(1, 3_000_000, 5_000_000)]) == 0.003)
    }

    @Test func kernelsThatBelongTogetherAreAddedUp() throws {
        #expect(try timer.bestSeconds([kernel(2_000_000_000), kernel(1_000_000_000)]) == 3)
        #expect(try timer.bestSeconds([]) == 0)
    }

    @Test func aLongKernelRunsTwiceOnTheClock() throws {
        let kernel = kernel(3_000_000)
        _ = try timer.bestSeconds([kernel])
        #expect(kernel.steps == [5, 5, 5])
    }

    @Test func aShortKernelRunsFiftyTimesOnTheClock() throws {
        let kernel = kernel(1000)
        _ = try timer.bestSeconds([kernel])
        #expect(kernel.steps.count == 1 + 50)
    }

    /// Two milliseconds may pass, and when they have, not a nanosecond more. The run that warms the memory takes nothing of them.
    @Test func runsEndWhenTheTimeIsOver() throws {
        let kernel = kernel(9_000_000, 1_000_000, 1_000_000, 1)
        _ = try timer.bestSeconds([kernel])
        #expect(kernel.steps.count == 1 + 3)
    }

    // MARK: The median

    /// Neither the first run nor the order of the others counts.
    @Test func theMiddleOneOfTheLaterRunsCounts() throws {
        let kernel = kernel(1, 50, 10, 40, 20, 30)
        #expect(try timer.medianNanoseconds(kernel, runs: 5) == 30)
        #expect(kernel.steps == [5, 5, 5, 5, 5, 5])
        #expect(try timer.medianNanoseconds(self.kernel(1, 4, 1, 3, 2), runs: 4) == 3)
        #expect(try timer.medianNanoseconds(self.kernel(1, 9), runs: 1) == 9)
    }

    /// What comes after a kernel in the plan needs its result, also where nobody times it.
    @Test func withoutRunsOnTheClockAKernelRunsAllTheSame() throws {
        let kernel = kernel(8)
        #expect(try timer.medianNanoseconds(kernel, runs: 0) == 0)
        #expect(kernel.steps == [5])
    }
}
