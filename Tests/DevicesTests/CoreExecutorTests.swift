import Devices
import Glibc
import Testing
import Topology

@Suite("A core's executor")
struct CoreExecutorTests {
    private static func lane(on executor: CoreExecutor) -> Lane { Lane(device: 0, index: 0, executor: executor) }

    @Test("Jobs run in the order they came, also when they are more than the queue had room for")
    func order() async throws {
        let executor = try Machines.executor()
        let log = Log<Int>()
        // Made on the core itself: none can run before all are queued.
        let tasks = await Self.lane(on: executor).perform { lane in
            (0..<2000).map { number in
                Task {
                    lane.preconditionIsolated()
                    log.note(number)
                }
            }
        }
        for task in tasks { await task.value }
        #expect(log.entries == Array(0..<2000))
        executor.shutdown()
    }

    @Test("The thread is pinned, named, started by the caller's closure, and flushes denormals", .needsPinning)
    func thread() async throws {
        let started = Log<Int>()
        let executor = try Machines.executor { started.note(currentCore() ?? -1) }
        #expect(started.entries == [executor.core])
        #expect(executor.binding.isPinned)
        #expect(executor.binding.location == executor.core)
        #expect(executor.binding.warnings.isEmpty)
        let (name, flushes, tiny) = await Self.lane(on: executor).perform { _ in
            // Halved at run time: the compiler, which flushes nothing, must not do the sum itself.
            let halves = Float(Self.threadName().isEmpty ? 1 : 4)
            return (Self.threadName(), flushesDenormals(), Float.leastNormalMagnitude / halves)
        }
        #expect(name == "partrain-core-\(executor.core)".prefix(15))
        #if arch(x86_64) || arch(arm64)
        #expect(flushes)
        #expect(tiny == 0)
        #endif
        executor.shutdown()
    }

    private static func threadName() -> String {
        guard let file = fopen("/proc/thread-self/comm", "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    @Test("Shutting down lets the jobs that have come run")
    func drains() async throws {
        let executor = try Machines.executor()
        let log = Log<Int>()
        let tasks = await Self.lane(on: executor).perform { lane in
            (0..<100).map { number in
                Task {
                    lane.preconditionIsolated()
                    log.note(number)
                }
            }
        }
        executor.shutdown()
        executor.shutdown()
        #expect(log.entries == Array(0..<100))
        for task in tasks { await task.value }
    }

    @Test("A job that comes after the shutdown traps and says why")
    func afterShutdown() async throws {
        let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
            let executor = try Machines.executor()
            executor.shutdown()
            await Self.lane(on: executor).perform { _ in }
        }
        let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(message.contains("after its shutdown"))
    }

    @Test("The thread ends with the last reference, even when that dies in one of its own jobs")
    func lifetime() async throws {
        for _ in 0..<50 {
            weak var observed: CoreExecutor?
            do {
                let executor = try Machines.executor()
                observed = executor
                await Self.lane(on: executor).perform { _ in }
            }
            // The job may still be on its way out; only that it ends is certain.
            while observed != nil { await Task.yield() }
        }
    }

    @Test("An idle thread sleeps, also where it polls first, and takes no time until there is a job", arguments: [0, 500])
    func idle(polls: Int) async throws {
        let executor = try Machines.executor(polls: polls)
        let lane = Self.lane(on: executor)
        let thread = await lane.perform { _ in IdleThread.current() }
        for visit in 1...20 {
            try #require(await thread.isAsleep(), "the idle thread still runs, after visit \(visit)")
            let sleeps = executor.counts.sleeps
            await lane.perform { _ in }
            // The last job is still on its way out when its task has gone on.
            try #require(await thread.isAsleep(), "the idle thread runs on after visit \(visit)")
            #expect(executor.counts.sleeps > sleeps)
            // A visit is two jobs: to arrive, and to go on as one that prefers this core.
            #expect(executor.counts.jobs == 2 * visit + 2)
        }
        executor.shutdown()
    }
}
