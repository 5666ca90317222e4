import Locks

/// A place where a fixed number of tasks wait for each other, again and again.
///
/// ```
/// lane 0  ──────●············┐
/// lane 1  ───●···············├─▶ all go on
/// lane 2  ──────────────────●┘   (the last one releases the others and never waits)
/// ```
///
/// Waiting suspends: several participants may share one thread. Nothing is allocated after `init`.
///
/// `@unchecked Sendable`: `waiting` points at two rows of `participants` continuations. Row g mod 2 belongs to generation
/// g: it is written under the lock, and read by the last arriver alone, without it. Its next use is in generation g + 2,
/// which nobody reaches before that arriver has itself arrived in g + 1.
public final class StepBarrier: @unchecked Sendable {
    private struct State {
        var generation = 0
        var arrived = 0
        var failure: (any Error)?
    }

    /// Resumed with true when all have arrived, with false when a participant has failed.
    private typealias Waiter = UnsafeContinuation<Bool, Never>

    private enum Arrival {
        case waits
        case releases(row: Int)
        case fails
    }

    public let participants: Int
    private let state = Guarded(State())
    private let waiting: UnsafeMutablePointer<Waiter>

    /// - Precondition: at least one participant.
    public init(participants: Int) {
        precondition(participants > 0, "a barrier needs at least one participant")
        self.participants = participants
        waiting = .allocate(capacity: 2 * participants)
    }

    deinit { waiting.deallocate() }

    /// Waits until all participants have arrived, and goes on where it was called: on the caller's core.
    ///
    /// Returns the nanoseconds spent waiting. Throws the first failure that `fail(_:)` was given, now or earlier.
    /// Costs one uncontended lock for each arrival, and one resumption for each but the last.
    @discardableResult
    public func arrive() async throws -> UInt64 {
        let begin = monotonicNanoseconds()
        let isReleased = await withUnsafeContinuation { (waiter: Waiter) in
            switch enter(waiter) {
            case .waits:
                break
            case .fails:
                waiter.resume(returning: false)
            case .releases(let row):
                for place in 0..<participants - 1 { waiting[row + place].resume(returning: true) }
                // Resumed before it has suspended, the last one goes on at once, without a detour through its queue.
                waiter.resume(returning: true)
            }
        }
        if !isReleased, let failure = state.withLock({ $0.failure }) { throw failure }
        return monotonicNanoseconds() - begin
    }

    /// Wakes everybody with `error`: every waiting and every later `arrive()` throws it. Of several failures the first stays.
    public func fail(_ error: any Error) {
        let stranded = state.withLock { state -> Range<Int>? in
            guard state.failure == nil else { return nil }
            state.failure = error
            let row = state.generation % 2 * participants
            return row..<row + state.arrived
        }
        // Nobody writes to this row any more: all who arrive from now on see the failure.
        for place in stranded ?? 0..<0 { waiting[place].resume(returning: false) }
    }

    private func enter(_ waiter: Waiter) -> Arrival {
        state.withLock { state in
            guard state.failure == nil else { return .fails }
            let row = state.generation % 2 * participants
            state.arrived += 1
            guard state.arrived == participants else {
                (waiting + row + state.arrived - 1).initialize(to: waiter)
                return .waits
            }
            state.generation += 1
            state.arrived = 0
            return .releases(row: row)
        }
    }
}
