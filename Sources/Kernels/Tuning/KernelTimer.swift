package import KernelChoices

/// Times kernels, each alone: it runs once, so that its memory is warm, and then again and again on a clock.
package struct KernelTimer {
    private let step: StepArguments
    /// Nanoseconds since some moment.
    private let now: () -> UInt64

    /// Runs on the clock of which the best counts: at least 2, and as many as 50 where they are done within a few milliseconds.
    private static let runs = 2...50
    private static let nanoseconds: UInt64 = 2_000_000

    /// - Parameters:
    ///   - step: what every run is told.
    ///   - now: the clock, nanoseconds.
    package init(_ step: StepArguments, now: @escaping () -> UInt64) {
        self.step = step
        self.now = now
    }

    /// Seconds of kernels that belong together, each at its best.
    package func bestSeconds(_ kernels: [any Kernel]) throws -> Double {
        try kernels.reduce(0) { try $0 + Double(best($1)) / 1e9 }
    }

    private func best(_ kernel: any Kernel) throws -> UInt64 {
        try kernel.run(step)
        var best = UInt64.max
        let start = now()
        for run in 1...Self.runs.upperBound {
            let began = now()
            try kernel.run(step)
            let ended = now()
            best = min(best, ended - began)
            if run >= Self.runs.lowerBound, ended - start > Self.nanoseconds { break }
        }
        return best
    }

    /// The median of so many runs, nanoseconds; of an even number, the greater of the middle two. 0 of none, but the kernel has run then, too.
    package func medianNanoseconds(_ kernel: any Kernel, runs: Int) throws -> UInt64 {
        try kernel.run(step)
        var times: [UInt64] = []
        for _ in 0..<runs {
            let began = now()
            try kernel.run(step)
            times.append(now() - began)
        }
        return times.isEmpty ? 0 : times.sorted()[times.count / 2]
    }
}
