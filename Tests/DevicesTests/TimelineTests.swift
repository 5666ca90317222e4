import Devices
import Testing
import Topology

@Suite("What lanes do and when")
struct TimelineTests {
    @Test("Events come back lane by lane, with their core, in order; off again, nothing is noted", .needsPinning)
    func events() async throws {
        let group = try Machines.group(devices: 3, onCores: 2)
        let body: @Sendable (isolated Lane) async throws -> Void = { lane in
            for label in 0..<4 { lane.recorder.measure(UInt32(label)) {} }
        }
        _ = try await group.onEveryLane(body)
        await group.startTimeline(capacity: 10)
        _ = try await group.onEveryLane(body)
        let timeline = await group.stopTimeline()
        _ = try await group.onEveryLane(body)
        #expect(timeline.rows.map(\.device) == [0, 1, 2])
        for (row, lane) in zip(timeline.rows, group.lanes) {
            #expect(row.events.map(\.label) == [0, 1, 2, 3])
            #expect(row.cores == [lane.executor.core])
            #expect(row.dropped == 0)
            #expect(zip(row.events, row.events.dropFirst()).allSatisfy { $0.begin <= $0.end && $0.end <= $1.begin })
        }
        #expect(await group.stopTimeline().rows.allSatisfy { $0.events.isEmpty })
        group.shutdown()
    }

    @Test("What exceeds the room is counted, a failing body is noted, and times add up by label")
    func room() throws {
        struct Stop: Error {}
        let recorder = CoreRecorder()
        recorder.note(7, begin: 0, end: 1)
        recorder.start(capacity: 3)
        recorder.note(7, begin: 10, end: 15)
        recorder.note(8, begin: 15, end: 16)
        #expect(throws: Stop.self) { try recorder.measure(9) { throw Stop() } }
        recorder.note(7, begin: 20, end: 21)
        #expect(recorder.dropped == 1)
        let row = Timeline.Row(device: 0, lane: 0, events: recorder.stop(), dropped: 1)
        #expect(row.events.map(\.label) == [7, 8, 9])
        #expect(row.nanoseconds(on: 7) == 5)
        #expect(row.nanoseconds(on: 8) == 1)
    }
}
