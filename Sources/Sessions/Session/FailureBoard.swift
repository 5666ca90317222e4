import Locks
import Planning

/// What went wrong in a session: workers note it, the host makes one error of it, and that error is all that the session gives
/// from then on. A parameter that some device has updated and another has not is thus never seen.
final class FailureBoard: Sendable {
    /// What wakes those who wait when a worker has failed.
    struct StoppedByAnother: Error {}

    private struct State {
        var errors: [(worker: Int, error: any Error)] = []
        var updated: Set<Int> = []
        var finding: NonFiniteSearch.Finding?
        var settled: (any Error)?
    }

    private let state = Guarded(State())

    /// The session's failure.
    var failure: (any Error)? { state.withLock { $0.settled } }

    /// Whether a value was not finite and nothing worse happened: then the workers are to search.
    var needsSearch: Bool {
        state.withLock { state in
            state.settled == nil && !state.errors.isEmpty
                && state.errors.allSatisfy { if case ExecutionError.notFinite = $0.error { true } else { false } }
        }
    }

    /// Parameters that a worker has begun to update.
    var updated: Set<Int> { state.withLock { $0.updated } }

    func note(_ error: any Error, worker: Int) {
        guard !(error is StoppedByAnother) else { return }
        state.withLock { $0.errors.append((worker, error)) }
    }

    func note(updated parameters: [Int]) {
        state.withLock { $0.updated.formUnion(parameters) }
    }

    func note(_ finding: NonFiniteSearch.Finding) {
        state.withLock { state in
            if let first = state.finding, !finding.precedes(first) { return }
            state.finding = finding
        }
    }

    /// Makes `error` the session's failure, unless it has one.
    func settle(_ error: any Error) { state.withLock { if $0.settled == nil { $0.settled = error } } }

    /// What a search after an evaluation has found, which ends nothing.
    func takeFinding() -> NonFiniteValue? {
        state.withLock { state in
            defer { state.finding = nil }
            return state.finding?.value
        }
    }

    /// Makes one error of all that was noted: a kernel's before a value's, a lower worker's before a higher one's, so that it
    /// does not depend on who was faster. Throws it, now and ever after.
    func settle() throws {
        let failure = state.withLock { state -> (any Error)? in
            if state.settled == nil, !state.errors.isEmpty {
                let errors = state.errors.sorted { $0.worker < $1.worker }.map(\.error)
                let worse = errors.first { if case ExecutionError.notFinite = $0 { false } else { true } }
                state.settled = worse ?? state.finding.map { ExecutionError.notFinite($0.value) } ?? errors[0]
            }
            return state.settled
        }
        if let failure { throw failure }
    }
}
