import Execution
import Testing

/// The checker on plans of two workers that are written by hand: what is right passes, each thing that is wrong is found.
@Suite struct PlanCheckerTests {
    private static func buffer(_ worker: Int, _ bytes: Range<Int>, _ content: Int) -> MemoryTrace.Span {
        MemoryTrace.Span(space: .arena(worker: worker), bytes: bytes, content: content)
    }
    private static func weights(_ bytes: Range<Int>, device: Int) -> MemoryTrace.Span {
        MemoryTrace.Span(space: .parameter(0, device: device), bytes: bytes)
    }
    private static func name(_ worker: Int) -> AddressBook.Entry {
        .exchange(.training, instruction: 3, turn: 0, worker: worker)
    }
    private static func meet(_ instruction: Int) -> MemoryTrace.Event {
        .barrier(BarrierPlace(instruction: instruction, turn: 0))
    }

    /// Makes buffer 0, meets, gathers both workers' into buffer 1, computes buffer 2 of it where buffer 0 was, meets, updates half of the
    /// weights, meets, gathers the other half.
    private static func worker(_ worker: Int) -> MemoryTrace {
        var trace = MemoryTrace(worker: worker)
        let (own, other) = worker == 0 ? (0..<8, 8..<16) : (8..<16, 0..<8)
        trace.entries[name(worker)] = buffer(worker, 0..<64, 0)
        trace.events = [
            .access(.init(title: "conv", reads: [.span(weights(0..<16, device: worker))], writes: [buffer(worker, 0..<64, 0)])),
            meet(3),
            .access(
                .init(title: "all-gather", reads: [.entry(name(0)), .entry(name(1))], writes: [buffer(worker, 64..<192, 1)])),
            meet(5),
            .access(.init(title: "fc", reads: [.span(buffer(worker, 64..<192, 1))], writes: [buffer(worker, 0..<32, 2)])),
            .access(
                .init(
                    title: "update", reads: [.span(weights(own, device: worker))], writes: [weights(own, device: worker)],
                    isInPlace: true)),
            meet(7),
            .access(
                .init(
                    title: "gather", reads: [.span(weights(other, device: 1 - worker))], writes: [weights(other, device: worker)])
            ),
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
        Mistake(testDescription: "a barrier left out", word: "barrier") { $0.events.remove(at: 1) },
        Mistake(testDescription: "a barrier too many", word: "barrier") { $0.events.append(meet(9)) },
        Mistake(testDescription: "another barrier", word: "barrier") { $0.events[3] = meet(4) },
        Mistake(testDescription: "an exchange ahead of its barrier", word: "same phase") { $0.events.swapAt(1, 2) },
        Mistake(testDescription: "read before it is written", word: "not written yet") {
            $0.events.insert(access("early", reads: [buffer(1, 64..<192, 1)], writes: []), at: 0)
        },
        Mistake(testDescription: "overwritten before it is read here", word: "overwritten already") {
            $0.events.insert(access("spoiler", writes: [buffer(1, 100..<110, 9)]), at: 4)
        },
        Mistake(testDescription: "overwritten before it is read by the other worker", word: "same phase") {
            $0.events.insert(access("spoiler", writes: [buffer(1, 60..<64, 9)]), at: 3)
        },
        Mistake(testDescription: "a name that nobody gave", word: "nobody makes") { $0.entries = [:] },
        Mistake(testDescription: "a smaller source than announced", word: "not written yet") {
            $0.events[0] = access("conv", writes: [buffer(1, 0..<60, 0)])
        },
        Mistake(testDescription: "another's memory written", word: "memory of worker 0") {
            $0.events.insert(access("stray", writes: [buffer(0, 500..<600, 5)]), at: 0)
        },
        Mistake(testDescription: "an output over an input", word: "overwrites what it reads") {
            $0.events[4] = access("fc", reads: [buffer(1, 64..<192, 1)], writes: [buffer(1, 180..<212, 2)])
            $0.results = []
        },
        Mistake(testDescription: "weights written where the other reads", word: "same phase") {
            $0.events[5] = access("update", writes: [weights(0..<8, device: 0)])
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
