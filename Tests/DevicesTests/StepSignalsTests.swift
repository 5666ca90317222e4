import Devices
import Locks
import Testing

/// Signals between workers that are tasks: who waits for whom, and who does not.
@Suite struct StepSignalsTests {
    private typealias Need = StepSignals.Need

    /// Every worker meets every other: nobody begins a round before all have ended the one before.
    @Test(.timeLimit(.minutes(10)), arguments: [1, 2, 3, 8]) func nobodyGoesAhead(workers: Int) async throws {
        let signals = StepSignals(workers: workers)
        let rounds = 200
        let done = Guarded(Array(repeating: 0, count: workers))
        try await withThrowingTaskGroup { group in
            for worker in 0..<workers {
                group.addTask {
                    for round in 1...rounds {
                        done.withLock { $0[worker] = round }
                        let needs = (0..<workers).filter { $0 != worker }.map { Need(worker: $0, count: round) }
                        try await signals.meet(worker, signals: true, needs: needs)
                        let least = done.withLock { $0.min() ?? 0 }
                        #expect(least >= round)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// A chain: each waits for the one before it alone, and the last one's signal releases nobody.
    @Test(.timeLimit(.minutes(10))) func aChainRunsInItsOrder() async throws {
        let signals = StepSignals(workers: 5)
        let order = Guarded<[Int]>([])
        try await withThrowingTaskGroup { group in
            for worker in (0..<5).reversed() {
                group.addTask {
                    try await signals.meet(worker, signals: false, needs: worker > 0 ? [Need(worker: worker - 1, count: 1)] : [])
                    order.withLock { $0.append(worker) }
                    try await signals.meet(worker, signals: true, needs: [])
                }
            }
            try await group.waitForAll()
        }
        #expect(order.withLock { $0 } == Array(0..<5))
    }

    /// What was given before stays given, and one signal may let several go on.
    @Test(.timeLimit(.minutes(10))) func whoComesLateDoesNotWait() async throws {
        let signals = StepSignals(workers: 4)
        try await signals.meet(0, signals: true, needs: [])
        try await signals.meet(0, signals: true, needs: [])
        try await signals.meet(1, signals: true, needs: [Need(worker: 0, count: 1)])
        try await signals.meet(2, signals: false, needs: [Need(worker: 0, count: 2), Need(worker: 1, count: 1)])
        try await withThrowingTaskGroup { group in
            for worker in 1...3 {
                group.addTask { try await signals.meet(worker, signals: false, needs: [Need(worker: 0, count: 3)]) }
            }
            try await Task.sleep(for: .milliseconds(5))
            try await signals.meet(0, signals: true, needs: [])
            try await group.waitForAll()
        }
    }

    @Test(.timeLimit(.minutes(10))) func anotherStepBeginsWithoutSignals() async throws {
        let signals = StepSignals(workers: 2)
        try await signals.meet(0, signals: true, needs: [])
        signals.reset()
        let isReleased = Guarded(false)
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await signals.meet(1, signals: false, needs: [Need(worker: 0, count: 1)])
                isReleased.withLock { $0 = true }
            }
            try await Task.sleep(for: .milliseconds(20))
            #expect(!isReleased.withLock { $0 })
            try await signals.meet(0, signals: true, needs: [])
            try await group.waitForAll()
        }
        #expect(isReleased.withLock { $0 })
    }

    private struct First: Error {}
    private struct Second: Error {}

    /// All who wait, and all who come, throw the first failure.
    @Test(.timeLimit(.minutes(10))) func aFailureWakesEverybody() async throws {
        let signals = StepSignals(workers: 4)
        try await withThrowingTaskGroup { group in
            for worker in 0..<3 {
                group.addTask {
                    await #expect(throws: First.self) {
                        try await signals.meet(worker, signals: true, needs: [Need(worker: 3, count: 1)])
                    }
                }
            }
            try await Task.sleep(for: .milliseconds(5))
            signals.fail(First())
            signals.fail(Second())
            try await group.waitForAll()
        }
        await #expect(throws: First.self) { try await signals.meet(3, signals: true, needs: []) }
    }
}
