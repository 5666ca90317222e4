import Parallelism
import Planning
import Testing

/// The checker on plans of two workers that are written by hand: what is right passes, each thing that is wrong is found.
@Suite struct PlanCheckerTests {
    private static func buffer(_ worker: Int, _ bytes: Range<Int>, _ content: Int) -> MemoryTrace.Span {
        MemoryTrace.Span(space: .arena(worker: worker), bytes: bytes, content: content)
    }
    private static func weights(_ bytes: Range<Int>, device: Int) -> MemoryTrace.Span {
        MemoryTrace.Span(space: .parameter(0, device: device), bytes: bytes)
    }
    private static func name(_ worker: Int) -> Published {
        .exchange(.training, instruction: 3, microStep: 0, worker: worker)
    }
    /// Gives a signal, and waits for the other worker's of the same number.
    private static func meet(_ number: Int, _ worker: Int) -> [MemoryTrace.Event] {
        [.signal(number), .wait([Signal(worker: 1 - worker, number: number)])]
    }

    /// Makes buffer 0, meets, gathers both workers' into buffer 1, meets, computes buffer 2 of it where buffer 0 was, updates half of the
    /// weights, meets, gathers the other half.
    private static func worker(_ worker: Int) -> MemoryTrace {
        var trace = MemoryTrace(worker: worker)
        let (own, other) = worker == 0 ? (0..<8, 8..<16) : (8..<16, 0..<8)
        trace.entries[name(worker)] = buffer(worker, 0..<64, 0)
        trace.events = [
            .access(.init(title: "conv", reads: [.span(weights(0..<16, device: worker))], writes: [buffer(worker, 0..<64, 0)]))
        ]
        trace.events += meet(1, worker)
        trace.events += [
            .access(
                .init(title: "all-gather", reads: [.entry(name(0)), .entry(name(1))], writes: [buffer(worker, 64..<192, 1)]))
        ]
        trace.events += meet(2, worker)
        trace.events += [
            .access(.init(title: "fc", reads: [.span(buffer(worker, 64..<192, 1))], writes: [buffer(worker, 0..<32, 2)])),
            .access(
                .init(
                    title: "update", reads: [.span(weights(own, device: worker))], writes: [weights(own, device: worker)],
                    isInPlace: true)),
        ]
        trace.events += meet(3, worker)
        trace.events += [
            .access(
                .init(
                    title: "gather", reads: [.span(weights(other, device: 1 - worker))], writes: [weights(other, device: worker)])
            )
        ]
        trace.results = [buffer(worker, 0..<32, 2)]
        return trace
    }

    private static func access(_ title: String, reads: [MemoryTrace.Span] = [], writes: [MemoryTrace.Span]) -> MemoryTrace.Event {
        .access(.init(title: title, reads: reads.map { .span($0) }, writes: writes))
    }

    @Test func whatFitsTogetherPasses() throws { try PlanChecker.check([Self.worker(0), Self.worker(1)]) }

    struct Mistake: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// A word of the message.
        let word: String
        let change: @Sendable (inout MemoryTrace) -> Void
    }

    static let mistakes: [Mistake] = [
        Mistake(testDescription: "a wait left out before reading", word: "may not be written yet") { $0.events.remove(at: 2) },
        Mistake(testDescription: "a wait left out before writing", word: "may overwrite what worker 0 has not read yet") {
            $0.events.remove(at: 5)
        },
        Mistake(testDescription: "a wait left out before the weights", word: "at the same time") { $0.events.remove(at: 9) },
        Mistake(testDescription: "a signal left out", word: "which never comes") { $0.events.remove(at: 4) },
        Mistake(testDescription: "a signal that nobody gives", word: "which never comes") {
            $0.events.append(.wait([Signal(worker: 0, number: 4)]))
        },
        Mistake(testDescription: "a signal of somebody who is not there", word: "which never comes") {
            $0.events.append(.wait([Signal(worker: 2, number: 1)]))
        },
        Mistake(testDescription: "a signal too early", word: "may not be written yet") { $0.events.swapAt(0, 1) },
        Mistake(testDescription: "an exchange ahead of its wait", word: "may not be written yet") { $0.events.swapAt(2, 3) },
        Mistake(testDescription: "read before it is written", word: "may not be written yet") {
            $0.events.insert(access("early", reads: [buffer(1, 64..<192, 1)], writes: []), at: 0)
        },
        Mistake(testDescription: "overwritten before it is read here", word: "overwritten already") {
            $0.events.insert(access("spoiler", writes: [buffer(1, 100..<110, 9)]), at: 6)
        },
        Mistake(testDescription: "overwritten before it is read by the other worker", word: "has not read yet") {
            $0.events.insert(access("spoiler", writes: [buffer(1, 60..<64, 9)]), at: 4)
        },
        Mistake(testDescription: "a name that nobody gave", word: "nobody makes") { $0.entries = [:] },
        Mistake(testDescription: "a smaller source than announced", word: "may not be written yet") {
            $0.events[0] = access("conv", writes: [buffer(1, 0..<60, 0)])
        },
        Mistake(testDescription: "another's memory written", word: "memory of worker 0") {
            $0.events.insert(access("stray", writes: [buffer(0, 500..<600, 5)]), at: 0)
        },
        Mistake(testDescription: "an output over an input", word: "overwrites what it reads") {
            $0.events[6] = access("fc", reads: [buffer(1, 64..<192, 1)], writes: [buffer(1, 180..<212, 2)])
            $0.results = []
        },
        Mistake(testDescription: "weights written where the other reads", word: "at the same time") {
            $0.events[7] = access("update", writes: [weights(0..<8, device: 0)])
        },
        Mistake(testDescription: "weights updated in part", word: "updated in a row") { $0.events.removeLast() },
        Mistake(testDescription: "a result that is gone", word: "the host") {
            $0.events.append(access("spoiler", writes: [buffer(1, 31..<40, 9)]))
        },
    ]

    @Test(arguments: mistakes) func eachMistakeIsFound(_ mistake: Mistake) throws {
        var wrong = Self.worker(1)
        mistake.change(&wrong)
        let fault = #expect(throws: PlanFault.self) { try PlanChecker.check([Self.worker(0), wrong]) }
        #expect(fault?.description.contains(mistake.word) == true, "\(fault?.description ?? "")")
    }
}
