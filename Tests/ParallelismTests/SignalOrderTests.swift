import Parallelism
import Testing

/// Who knows what of whom, on workers whose signals are written by hand.
@Suite struct SignalOrderTests {
    private typealias Event = SignalOrder.Event

    private static func wait(_ signals: (worker: Int, number: Int)...) -> Event {
        .wait(signals.map { Signal(worker: $0.worker, number: $0.number) })
    }

    @Test func whoHasNotWaitedKnowsNothing() throws {
        let order = try SignalOrder([[.other, .signal(1), .other], [.other, .signal(1), .other]])
        for event in 0...3 {
            #expect(order.eventsDone(by: 1, before: event, of: 0) == 0 && order.eventsDone(by: 0, before: event, of: 1) == 0)
            #expect(order.eventsDone(by: 0, before: event, of: 0) == event)
        }
    }

    /// Only what lies before the signal is known, and only behind the wait.
    @Test func aWaitTellsWhatTheSignalTells() throws {
        let order = try SignalOrder([[.other, .other, .signal(1), .other, .other], [.other, Self.wait((0, 1)), .other, .other]])
        #expect((0...4).map { order.eventsDone(by: 0, before: $0, of: 1) } == [0, 0, 3, 3, 3])
        #expect(order.isDone(1, of: 0, before: 2, of: 1) && !order.isDone(1, of: 0, before: 1, of: 1))
        #expect(order.isDone(2, of: 0, before: 2, of: 1) && !order.isDone(3, of: 0, before: 3, of: 1))
    }

    /// Worker 2 learns of worker 0 through worker 1, whatever the order in which they stand.
    @Test func knowledgeIsPassedOn() throws {
        let workers: [[Event]] = [
            [.other, .signal(1)], [Self.wait((0, 1)), .other, .signal(1)], [Self.wait((1, 1)), .other],
        ]
        let order = try SignalOrder(workers)
        #expect(order.eventsDone(by: 0, before: 1, of: 2) == 2 && order.eventsDone(by: 1, before: 1, of: 2) == 3)
        let turned = try SignalOrder([
            [Self.wait((1, 1)), .other], [Self.wait((2, 1)), .other, .signal(1)], [.other, .signal(1)],
        ])
        #expect(turned.eventsDone(by: 2, before: 1, of: 0) == 2 && turned.eventsDone(by: 1, before: 1, of: 0) == 3)
    }

    @Test func theLatestOfSeveralWaitsCounts() throws {
        let order = try SignalOrder([
            [.signal(1), .other, .signal(2), .other, .signal(3)],
            [Self.wait((0, 1)), .other, Self.wait((0, 3)), .other, Self.wait((0, 2)), .other],
        ])
        #expect((0...6).map { order.eventsDone(by: 0, before: $0, of: 1) } == [0, 1, 1, 5, 5, 5, 5])
    }

    /// Two who each wait before they signal; one who waits for himself; one who waits for somebody who is not there.
    @Test func whoWaitsForEverIsNamed() {
        func deadlock(_ workers: [[Event]]) -> SignalOrder.Deadlock? {
            #expect(throws: SignalOrder.Deadlock.self) { try SignalOrder(workers) }
        }
        let both = deadlock([[.other, Self.wait((1, 1)), .signal(1)], [Self.wait((0, 1)), .signal(1)]])
        #expect(both == SignalOrder.Deadlock(worker: 0, event: 1, missing: Signal(worker: 1, number: 1)))
        #expect(both?.description == "worker 0 waits for signal 1 of worker 1, which never comes")
        #expect(deadlock([[Self.wait((0, 1)), .signal(1)]])?.missing == Signal(worker: 0, number: 1))
        #expect(deadlock([[.signal(1)], [.signal(1), Self.wait((0, 1), (7, 1))]])?.missing == Signal(worker: 7, number: 1))
        #expect(deadlock([[.signal(1)], [Self.wait((0, 1)), Self.wait((0, 2))]])?.event == 1)
    }
}
