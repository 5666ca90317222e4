/// What each of several workers knows of the others' progress, from their signals and waits alone.
///
/// Whoever waits for a signal knows all that its sender had done and known when it gave it:
///
///     worker 0   writes a   signal 1   wait for 1 of worker 1   …        knows that worker 1 has written b
///     worker 1   writes b   signal 1   …                                 knows nothing of worker 0
///
/// Pure: whatever order the workers run in, whoever may go on does so at last, so one simulation tells all.
package struct SignalOrder: Sendable {
    /// What one event of a worker has to do with others.
    package enum Event: Sendable {
        case signal(Int)
        case wait([Signal])
        case other
    }

    /// A worker that waits for ever, and for which signal.
    package struct Deadlock: Error, Sendable, Hashable, CustomStringConvertible {
        package let worker: Int
        package let event: Int
        package let missing: Signal

        package init(worker: Int, event: Int, missing: Signal) {
            (self.worker, self.event, self.missing) = (worker, event, missing)
        }

        package var description: String {
            "worker \(worker) waits for signal \(missing.number) of worker \(missing.worker), which never comes"
        }
    }

    /// By worker, for each of its waits: how many events of every worker are known to be done behind it.
    private var knowledge: [[(event: Int, clock: [Int])]]

    /// Throws where a worker waits for a signal that is never given. Cost: events, and for each signal waited for the number of workers.
    package init(_ workers: [[Event]]) throws(Deadlock) {
        knowledge = workers.map { _ in [] }
        var next = workers.map { _ in 0 }
        var clocks = workers.map { _ in workers.map { _ in 0 } }
        /// What a worker knew when it gave each of its signals.
        var given: [[Int: [Int]]] = workers.map { _ in [:] }
        var isMoving = true
        while isMoving {
            isMoving = false
            for worker in workers.indices {
                advance: while next[worker] < workers[worker].count {
                    switch workers[worker][next[worker]] {
                    case .other: break
                    case .signal(let number):
                        clocks[worker][worker] = next[worker] + 1
                        given[worker][number] = clocks[worker]
                    case .wait(let signals):
                        guard signals.allSatisfy({ given.indices.contains($0.worker) && given[$0.worker][$0.number] != nil })
                        else {
                            break advance
                        }
                        for signal in signals {
                            guard let known = given[signal.worker][signal.number] else { continue }
                            for other in known.indices { clocks[worker][other] = max(clocks[worker][other], known[other]) }
                        }
                        knowledge[worker].append((next[worker], clocks[worker]))
                    }
                    next[worker] += 1
                    isMoving = true
                }
            }
        }
        for worker in workers.indices where next[worker] < workers[worker].count {
            guard case .wait(let signals) = workers[worker][next[worker]],
                let missing = signals.first(where: { !given.indices.contains($0.worker) || given[$0.worker][$0.number] == nil })
            else { continue }
            throw Deadlock(worker: worker, event: next[worker], missing: missing)
        }
    }

    /// How many events of `other` are done for certain when `worker` begins its event. Cost: the logarithm of the worker's waits.
    package func eventsDone(by other: Int, before event: Int, of worker: Int) -> Int {
        if worker == other { return event }
        let waits = knowledge[worker]
        var (low, high) = (0, waits.count)
        while low < high {
            let middle = (low + high) / 2
            if waits[middle].event < event { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? waits[low - 1].clock[other] : 0
    }

    /// Whether an event of one worker is done for certain when another one begins its own.
    package func isDone(_ event: Int, of worker: Int, before other: Int, of otherWorker: Int) -> Bool {
        eventsDone(by: worker, before: other, of: otherWorker) > event
    }
}
