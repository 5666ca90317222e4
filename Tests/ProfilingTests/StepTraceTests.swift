import Foundation
import Planning
import Profiling
import Testing

/// The timeline as a strict reader sees it.
@Suite(.serialized) struct StepTraceTests {
    private struct Event: Decodable {
        let name: String
        let ph: String
        let pid: Int
        let tid: Int
        let ts: Double?
        let dur: Double?
        let cat: String?
        let id: Int?
    }

    private struct Document: Decodable {
        let displayTimeUnit: String
        let traceEvents: [Event]
    }

    private struct Row: Hashable {
        let process: Int
        let thread: Int
    }

    /// Times are whole nanoseconds, written as microseconds.
    private let tolerance = 1e-4

    private func document(_ profile: Profile) throws -> Document {
        try JSONDecoder().decode(Document.self, from: Data("\(StepTrace(of: profile).json)".utf8))
    }

    @Test(arguments: ProfiledRun.all.indices) func spansLieInTheirStepsAndDoNotOverlap(place: Int) async throws {
        let profile = try await ProfiledRun.profiles.value[place].profile
        let events = try document(profile).traceEvents
        let spans = events.filter { $0.ph == "X" }
        let steps = spans.filter { $0.cat == "step" }
        #expect(steps.map(\.name) == (0..<3).map { "step \($0)" })
        let rows = Dictionary(grouping: spans) { Row(process: $0.pid, thread: $0.tid) }
        #expect(rows.count == 1 + profile.step.workers)
        for (row, spans) in rows {
            for span in spans {
                let begin = try #require(span.ts)
                let end = begin + (try #require(span.dur))
                #expect(begin <= end)
                #expect(
                    steps.contains { step in
                        guard let stepBegin = step.ts, let duration = step.dur else { return false }
                        return stepBegin - tolerance <= begin && end <= stepBegin + duration + tolerance
                    }, "\(span.name) lies in no step")
            }
            for (span, next) in zip(spans, spans.dropFirst()) {
                #expect((span.ts ?? 0) + (span.dur ?? 0) <= (next.ts ?? 0) + tolerance, "\(span.name) and \(next.name) in \(row)")
            }
        }
        // Every item of every worker in every step.
        #expect(spans.count == 3 + 3 * profile.recording.lanes.reduce(0) { $0 + $1.items.count })
        #expect(Set(events.map(\.ph)).isSubset(of: ["M", "X", "C", "s", "f"]))
    }

    @Test(arguments: ProfiledRun.all.indices) func rowsHaveNamesAndArrowsHaveTwoEnds(place: Int) async throws {
        let (run, profile) = try await ProfiledRun.profiles.value[place]
        let events = try document(profile).traceEvents
        let named = Set(events.filter { $0.name == "thread_name" }.map { Row(process: $0.pid, thread: $0.tid) })
        #expect(Set(events.filter { $0.ph == "X" }.map { Row(process: $0.pid, thread: $0.tid) }) == named)
        #expect(events.count { $0.name == "process_name" } == 1 + run.devices)
        let arrows = Dictionary(grouping: events.filter { ["s", "f"].contains($0.ph) }) { $0.id ?? -1 }
        let count = profile.recording.lanes[0].items.count { $0.kind == .wait }
        #expect((count > 0) == (profile.step.workers > 1))
        // Here all wait for all: whoever comes last waits for nobody.
        #expect(arrows.count == 3 * count * (profile.step.workers - 1))
        #expect(arrows.keys.sorted() == Array(1..<arrows.count + 1))
        // From the waiting span of the worker that came last to another's, each in its own row.
        let waits = Dictionary(grouping: events.filter { $0.ph == "X" && $0.cat == "wait" }) {
            Row(process: $0.pid, thread: $0.tid)
        }
        for ends in arrows.values {
            try #require(ends.map(\.ph) == ["s", "f"])
            #expect((ends[0].ts ?? 0) <= (ends[1].ts ?? -1))
            for end in ends {
                let time = try #require(end.ts)
                let spans = waits[Row(process: end.pid, thread: end.tid)] ?? []
                let holds = spans.contains { span in
                    guard let begin = span.ts, let duration = span.dur else { return false }
                    return begin - tolerance <= time && time <= begin + duration + tolerance
                }
                #expect(holds, "\(end.ph) at \(time) is in no waiting span of \(end.pid), \(end.tid)")
            }
        }
    }

    @Test func theHostsWaitForInputIsARow() async throws {
        var run = ProfiledRun(mode: "data", devices: 2, data: "synthetic:classes=4,train=96,val=8,difficulty=easy")
        run.options.usesData = true
        let profile = try await run.run()
        let events = try document(profile).traceEvents
        #expect(events.count { $0.name == "wait for batch" && $0.ph == "X" } == 3)
        #expect(profile.step.rows.contains { $0.part == .input && $0.layer == "host" })
        let parts = profile.step.rows.reduce(0) { $0 + $1.seconds }
        #expect(abs(parts / profile.step.seconds - 1) < 1e-9)
    }
}
