/// Where the workers of a run put the results of a step for the host to read.
///
/// `@unchecked Sendable`: in a step each worker writes its own examples' places and its own clock only, before it meets the
/// host at the step's end; the host reads after that and before it lets the next step begin.
final class ResultBoard: @unchecked Sendable {
    /// Of each output of a graph with a number for each example those numbers.
    let outputs: [UnsafeMutableBufferPointer<Float>]
    let clocks: UnsafeMutableBufferPointer<StepClock>
    /// For each worker the first example of an evaluation whose loss or scores are not finite; `Int.max` where all are.
    let firstNonFinite: UnsafeMutableBufferPointer<Int>

    init(batchSize: Int, outputs: Int, workers: Int) {
        self.outputs = (0..<outputs).map { _ in
            let values = UnsafeMutableBufferPointer<Float>.allocate(capacity: batchSize)
            values.initialize(repeating: 0)
            return values
        }
        clocks = .allocate(capacity: workers)
        clocks.initialize(repeating: StepClock())
        firstNonFinite = .allocate(capacity: workers)
        firstNonFinite.initialize(repeating: .max)
    }

    deinit {
        for values in outputs { values.deallocate() }
        clocks.deallocate()
        firstNonFinite.deallocate()
    }
}

/// What one worker spent a step's time on, nanoseconds.
public struct StepClock: Sendable, Hashable {
    public var compute: UInt64 = 0
    public var exchange: UInt64 = 0
    /// For signals of other workers.
    public var waiting: UInt64 = 0
    /// Copying the batch into the device's memory.
    public var load: UInt64 = 0

    package init(compute: UInt64 = 0, exchange: UInt64 = 0, waiting: UInt64 = 0, load: UInt64 = 0) {
        (self.compute, self.exchange, self.waiting, self.load) = (compute, exchange, waiting, load)
    }

    public static func + (a: Self, b: Self) -> Self {
        StepClock(
            compute: a.compute + b.compute, exchange: a.exchange + b.exchange, waiting: a.waiting + b.waiting,
            load: a.load + b.load)
    }
}
