import Locks

/// How the workers of a step tell each other what is done: each counts its own signals up, and waits until others have given theirs.
///
/// ```
/// worker 0  ──work──▲ waits for 1 ··········▶ goes on
/// worker 1  ──work──────────work──▲ waits for 0 ▶ goes on at once
/// worker 2  ──work──────────────────────────────────work──▲   (nobody waits for it)
/// ```
///
/// Waiting suspends: several workers may share one thread. Nothing is allocated after `init`.
public final class StepSignals: Sendable {
    /// A worker that has given so many signals in this step.
    public struct Need: Sendable, Hashable {
        public let worker: Int
        public let count: Int

        public init(worker: Int, count: Int) {
            (self.worker, self.count) = (worker, count)
        }
    }

    /// Resumed with true when all needs are met, with false when somebody has failed.
    private typealias Waiter = UnsafeContinuation<Bool, Never>

    private struct State {
        var counts: [Int]
        /// By worker: who waits, for what, and how many of that have been met already.
        var waiters: [(waiter: Waiter, needs: [Need], met: Int)?]
        var waiting = 0
        var failure: (any Error)?
    }

    private let state: Guarded<State>

    /// - Precondition: at least one worker.
    public init(workers: Int) {
        precondition(workers > 0, "a step needs at least one worker")
        state = Guarded(State(counts: Array(repeating: 0, count: workers), waiters: Array(repeating: nil, count: workers)))
    }

    /// Begins another step, in which nobody has given a signal. To be called while all workers stand still.
    public func reset() {
        state.withLock { state in
            for worker in state.counts.indices { state.counts[worker] = 0 }
        }
    }

    /// Gives the worker's next signal, if it is to, and waits until all needs are met; goes on where it was called, on the caller's core.
    ///
    /// Throws the first failure that `fail(_:)` was given, now or earlier. Costs a lock, a look at each need, and for each worker that this
    /// lets go on another lock and a resumption.
    public func meet(_ worker: Int, signals: Bool, needs: [Need]) async throws {
        let isMet = await withUnsafeContinuation { (waiter: Waiter) in
            guard let answer = enter(worker, signals, needs, waiter) else { return }
            // Resumed before it has suspended, it goes on at once, without a detour through its queue.
            waiter.resume(returning: answer)
        }
        if !isMet, let failure = state.withLock({ $0.failure }) { throw failure }
    }

    /// Wakes everybody with `error`: every waiting and every later `meet` throws it. Of several failures the first stays.
    public func fail(_ error: any Error) {
        state.withLock { $0.failure = $0.failure ?? error }
        while let waiter = takeWaiter(failed: true) { waiter.resume(returning: false) }
    }

    /// Whether it goes on at once; nil where it waits.
    private func enter(_ worker: Int, _ signals: Bool, _ needs: [Need], _ waiter: Waiter) -> Bool? {
        let (answer, mayRelease) = state.withLock { state -> (Bool?, Bool) in
            guard state.failure == nil else { return (false, false) }
            if signals { state.counts[worker] += 1 }
            let others = signals && state.waiting > 0
            let met = Self.met(needs, from: 0, state.counts)
            guard met < needs.count else { return (true, others) }
            state.waiters[worker] = (waiter, needs, met)
            state.waiting += 1
            return (nil, others)
        }
        guard mayRelease else { return answer }
        while let released = takeWaiter(failed: false) { released.resume(returning: true) }
        return answer
    }

    /// How many needs, from the first on, are met.
    private static func met(_ needs: [Need], from first: Int, _ counts: [Int]) -> Int {
        var met = first
        while met < needs.count, counts[needs[met].worker] >= needs[met].count { met += 1 }
        return met
    }

    /// Takes out one who waits no longer: whose needs are met, or, after a failure, anybody.
    private func takeWaiter(failed: Bool) -> Waiter? {
        state.withLock { state in
            guard state.waiting > 0 else { return nil }
            for worker in state.waiters.indices {
                guard let (waiter, needs, met) = state.waiters[worker] else { continue }
                let now = Self.met(needs, from: met, state.counts)
                guard failed || now == needs.count else {
                    state.waiters[worker]?.met = now
                    continue
                }
                state.waiters[worker] = nil
                state.waiting -= 1
                return waiter
            }
            return nil
        }
    }
}
