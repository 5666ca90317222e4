package import Sessions

/// What the time of training went to: shares of the wall clock's time, averaged over the workers. They add up to 1.
public struct TimeShares: Sendable, Hashable {
    public let compute: Double
    /// Adding up and copying what comes from other devices.
    public let exchange: Double
    /// For signals of other workers, or for a turn on a shared core.
    public let waiting: Double
    /// For the next batch, and copying it.
    public let input: Double
    /// Between steps: commands, reports, the host's bookkeeping.
    public let other: Double

    /// - Parameters:
    ///   - clock: the sum over all workers and steps, nanoseconds.
    ///   - inputNanoseconds: how long the host waited for batches.
    ///   - wallNanoseconds: the time of training.
    package init(clock: StepClock, workers: Int, inputNanoseconds: UInt64, wallNanoseconds: UInt64) {
        let whole = Double(max(wallNanoseconds, 1))
        func share(_ kind: KeyPath<StepClock, UInt64>) -> Double { Double(clock[keyPath: kind]) / Double(workers) / whole }
        compute = share(\.compute)
        exchange = share(\.exchange)
        waiting = share(\.waiting)
        input = share(\.load) + Double(inputNanoseconds) / whole
        other = max(0, 1 - compute - exchange - waiting - input)
    }
}
