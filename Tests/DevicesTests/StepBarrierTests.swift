import CAllocationCounter
import Devices
import Locks
import Testing
import Topology

@Suite("A barrier between tasks")
struct StepBarrierTests {
    private struct First: Error, Equatable {}
    private struct Second: Error {}

    @Test(
        "Nobody goes on before all have arrived, over thousands of generations",
        arguments: [(1, 1), (2, 1), (2, 2), (7, 1), (7, 2), (16, 2)])
    func generations(participants: Int, cores: Int) async throws {
        let group = try Machines.group(devices: participants, onCores: cores)
        let barrier = StepBarrier(participants: participants)
        let steps = Guarded([Int](repeating: 0, count: participants))
        try await group.onEveryLane(meetingAt: barrier) { lane in
            for step in 1...3000 {
                steps.withLock { $0[lane.device] = step }
                try await barrier.arrive()
                let slowest = steps.withLock { $0.min() ?? 0 }
                // Others may already be one ahead, none may be behind.
                if slowest < step { Issue.record("device \(lane.device) is at step \(step), another at \(slowest)") }
            }
        }
        group.shutdown()
    }

    @Test("Participants of the global pool and of cores meet in random company")
    func mixed() async throws {
        let group = try Machines.group(devices: 3, onCores: 2)
        for participants in [2, 5, 9] {
            let barrier = StepBarrier(participants: participants)
            let total = Log<Int>()
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<participants {
                    let walk: @Sendable () async throws -> Void = {
                        for _ in 0..<1000 {
                            if Int.random(in: 0..<4) == 0 { await Task.yield() }
                            total.note(number)
                            try await barrier.arrive()
                        }
                    }
                    let lane = number % 3 == 0 ? nil : group.lanes[number % group.lanes.count]
                    tasks.addTask {
                        if let lane { try await lane.perform { _ in try await walk() } } else { try await walk() }
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(total.entries.count == 1000 * participants)
        }
        group.shutdown()
    }

    @Test("A failure wakes all who wait, meets all who come later, and the first one stays")
    func failure() async throws {
        let group = try Machines.group(devices: 4, onCores: 1)
        let barrier = StepBarrier(participants: 4)
        let thrown = Log<String>()
        let begun = Log<Int>()
        await withTaskGroup { tasks in
            for lane in group.lanes.dropLast() {
                tasks.addTask {
                    await lane.perform { lane in
                        begun.note(lane.device)
                        do { try await barrier.arrive() } catch { thrown.note("\(error)") }
                    }
                }
            }
            while begun.entries.count < 3 { await Task.yield() }
            // On their one core this runs when each of the three has gone to wait.
            await group.lanes[3].perform { _ in
                barrier.fail(First())
                barrier.fail(Second())
            }
        }
        #expect(thrown.entries == ["First()", "First()", "First()"])
        for _ in 0..<8 { await #expect(throws: First()) { try await barrier.arrive() } }
        group.shutdown()
    }

    /// Two lanes on one core: the second begins only when the first waits at the barrier, and so knows how long it has it wait.
    @Test("Waiting is told in nanoseconds to those who wait, and no more than it was")
    func waited() async throws {
        struct Visit {
            let isFirst: Bool
            let begin, told, end: UInt64
            let delay: UInt64
        }
        let group = try Machines.group(devices: 2, onCores: 1)
        let barrier = StepBarrier(participants: 2)
        let arrivals = Guarded(0)
        let visits = try await group.onEveryLane(meetingAt: barrier) { _ in
            let begin = monotonicNanoseconds()
            let isFirst = arrivals.withLock { arrivals in
                arrivals += 1
                return arrivals == 1
            }
            while !isFirst && monotonicNanoseconds() < begin + 3_000_000 {}
            let arrival = monotonicNanoseconds()
            let told = try await barrier.arrive()
            return Visit(
                isFirst: isFirst, begin: arrival, told: told, end: monotonicNanoseconds(), delay: arrival - begin)
        }
        group.shutdown()
        let (first, last) = visits[0].isFirst ? (visits[0], visits[1]) : (visits[1], visits[0])
        #expect(first.isFirst && !last.isFirst)
        #expect(first.told >= last.delay && last.delay >= 3_000_000)
        for visit in visits { #expect(visit.told <= visit.end - visit.begin) }
    }

    @Test(
        "A steady loop allocates nothing, on whichever core",
        .enabled(if: callocationcounter_counts(), "a sanitizer or another C library allocates here"), arguments: [1, 2])
    func steady(cores: Int) async throws {
        let group = try Machines.group(devices: 4, onCores: cores)
        let barrier = StepBarrier(participants: 4)
        await group.startTimeline(capacity: 4000)
        let allocations = try await group.onEveryLane(meetingAt: barrier) { lane in
            for _ in 0..<100 { try await barrier.arrive() }
            let before = callocationcounter_of_this_thread()
            for _ in 0..<1000 {
                lane.recorder.measure(0) {}
                let waited = try await barrier.arrive()
                lane.recorder.note(1, begin: 0, end: waited)
            }
            let after = callocationcounter_of_this_thread()
            // Others on this core must not have begun to end, which allocates.
            try await barrier.arrive()
            return after - before
        }
        #expect(allocations == [0, 0, 0, 0])
        group.shutdown()
    }
}
