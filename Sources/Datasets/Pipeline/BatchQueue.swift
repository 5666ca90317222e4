import ImageFiles
import Locks

/// Hands batches from the threads that fill them to the one consumer, strictly in the order of their tickets.
///
///     ticket     4        5        6        7
///     buffer 0   ready    .        .        filling
///     buffer 1   .        filling  .        .
///     buffer 2   .        .        ready    .          next to deliver: 4, next to claim: 8
///
/// Tickets are claimed in rising order and a claim holds a buffer, so the next to be delivered always has one: buffers
/// cannot run out in a way that stops the queue, unless the consumer keeps them all.
final class BatchQueue: Sendable {
    private enum Status {
        case free
        case filling(ticket: Int, generation: Int)
        case filled(ticket: Int, DatasetError?)
        case lent
    }

    private struct State: Sendable {
        var statuses: [Status]
        var nextClaim: Int
        var nextDelivery: Int
        /// Rises when the position is set: what was begun before is then stale.
        var generation = 0
        var stopped = false
        var waiter: CheckedContinuation<Result<Batch, DatasetError>, Never>?
    }

    /// A buffer to fill, and with what.
    struct Claim {
        let batch: Batch
        let ticket: Int
        fileprivate let generation: Int
    }

    let batches: [Batch]
    private let monitor: Monitor<State>

    init(batches: [Batch], firstTicket: Int) {
        self.batches = batches
        monitor = Monitor(
            State(statuses: batches.map { _ in .free }, nextClaim: firstTicket, nextDelivery: firstTicket))
        for batch in batches { batch.queue = self }
    }

    // MARK: The filling side

    /// Waits for a free buffer and takes the next ticket; nil once the queue is stopped.
    func claim() -> Claim? {
        monitor.wait { state -> Claim?? in
            if state.stopped { return .some(nil) }
            let free = state.statuses.firstIndex { if case .free = $0 { true } else { false } }
            guard let free else { return nil }
            let claim = Claim(batch: batches[free], ticket: state.nextClaim, generation: state.generation)
            state.statuses[free] = .filling(ticket: claim.ticket, generation: claim.generation)
            state.nextClaim += 1
            return claim
        }
    }

    /// Whether a claimed batch is still wanted.
    func isCurrent(_ claim: Claim) -> Bool {
        monitor.wait { state in !state.stopped && state.generation == claim.generation }
    }

    /// Says that a claimed batch is filled, or why it could not be.
    func finish(_ claim: Claim, _ error: DatasetError?) {
        let delivery = monitor.change {
            state -> (CheckedContinuation<Result<Batch, DatasetError>, Never>, Result<Batch, DatasetError>)? in
            guard claim.generation == state.generation else {
                state.statuses[claim.batch.index] = .free
                return nil
            }
            state.statuses[claim.batch.index] = .filled(ticket: claim.ticket, error)
            guard let waiter = state.waiter, let result = lend(&state) else { return nil }
            state.waiter = nil
            return (waiter, result)
        }
        if let (waiter, result) = delivery { waiter.resume(returning: result) }
    }

    // MARK: The consuming side

    /// The next batch, asleep until it is filled.
    func take() -> Result<Batch, DatasetError> {
        monitor.wait { lend(&$0) }
    }

    /// The next batch, suspended until it is filled.
    func take() async -> Result<Batch, DatasetError> {
        if let result = monitor.change({ lend(&$0) }) { return result }
        return await withCheckedContinuation { continuation in
            let result = monitor.change { state -> Result<Batch, DatasetError>? in
                if let result = lend(&state) { return result }
                precondition(state.waiter == nil, "a pipeline has one consumer: two are waiting for its next batch")
                state.waiter = continuation
                return nil
            }
            if let result { continuation.resume(returning: result) }
        }
    }

    func release(_ index: Int) {
        monitor.change { state in
            guard case .lent = state.statuses[index] else {
                preconditionFailure("a batch was released that is not lent: release each batch once")
            }
            state.statuses[index] = .free
        }
    }

    /// Goes on with `ticket`. Batches that are lent stay lent; those filled or being filled are dropped.
    func seek(to ticket: Int) {
        monitor.change { state in
            state.generation += 1
            state.nextClaim = ticket
            state.nextDelivery = ticket
            for index in state.statuses.indices {
                if case .filled = state.statuses[index] { state.statuses[index] = .free }
            }
        }
    }

    /// The ticket that is delivered next.
    var nextTicket: Int { monitor.wait { $0.nextDelivery } }

    func stop() {
        monitor.change { $0.stopped = true }
    }

    /// Lends the next batch if it is filled. One that failed stays where it is, so that asking again fails again.
    private func lend(_ state: inout State) -> Result<Batch, DatasetError>? {
        var lentCount = 0
        for index in state.statuses.indices {
            switch state.statuses[index] {
            case .filled(let ticket, let error) where ticket == state.nextDelivery:
                if let error { return .failure(error) }
                state.statuses[index] = .lent
                state.nextDelivery += 1
                return .success(batches[index])
            case .lent:
                lentCount += 1
            default:
                break
            }
        }
        precondition(
            lentCount < batches.count, "all \(batches.count) buffers of the pipeline are lent: release batches before the next")
        return nil
    }
}
