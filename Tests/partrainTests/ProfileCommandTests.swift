import Foundation
import Testing

/// `partrain profile` as it is typed.
@Suite(.serialized) struct ProfileCommandTests {
    private let quick = ["profile", "--model", "lenet5", "--batch-size", "8", "--steps", "2", "--warm-up", "1"]

    @Test(arguments: ["operation", "layer", "kind"]) func theTableEndsWithTheWholeStep(grouping: String) async throws {
        let run = try await CommandRun(quick + ["--mode", "data", "--devices", "2", "--by", grouping])
        #expect(run.status == 0, "\(run.errors)")
        for text in ["GFLOP/s f32", "triad", "images/s", "overhead", "irregular", "of roof", "wait"] {
            #expect(run.output.contains(text), "\(text) is missing in:\n\(run.output)")
        }
        #expect((grouping != "kind") == run.output.contains("conv1"))
        let total = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("step ") })
        #expect(total.contains("100.0"))
        #expect(!run.output.contains("\u{1B}"))
    }

    @Test func theTimelineIsWrittenAndJSONIsAllThereIs() async throws {
        let folder = try BadDataFolder()
        try folder.makeFolder("out")
        let path = folder.path + "/out/steps.json"
        let run = try await CommandRun(quick + ["--mode", "single", "--alone", "--json", "--trace", path])
        #expect(run.status == 0, "\(run.errors)")
        let object = try #require(try run.jsonLines().first)
        #expect(object["event"] as? String == "profile")
        let kinds = try #require(object["kinds"] as? [[String: Any]])
        let shares = kinds.compactMap { $0["share"] as? Double }.reduce(0, +)
        #expect(abs(shares - 1) < 1e-9)
        #expect((object["alone"] as? [String: Any])?["step_by_primitives"] is Double)
        let trace = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
        #expect((trace?["traceEvents"] as? [[String: Any]])?.isEmpty == false)
    }

    /// A span of the timeline: seconds, and what it says of the work.
    private struct Span {
        let step: Int
        let row: [String]
        let seconds: Double
        let work: [String: Double]

        init(_ event: [String: Any]) throws {
            let arguments = try #require(event["args"] as? [String: Any])
            step = try #require(arguments["step"] as? Int)
            let kind = try #require(event["cat"] as? String)
            let words = [event["name"], arguments["kernel"], arguments["layouts"]].map { $0 as? String ?? "" }
            // All waits are one line.
            row = [kind] + (kind == "wait" ? [] : words)
            seconds = try #require(event["dur"] as? Double) / 1e6
            work = ["flop", "bytes", "bytes_received"].reduce(into: [:]) {
                $0[$1] = (arguments[$1] as? NSNumber)?.doubleValue ?? 0
            }
        }
    }

    private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    /// Every line is what the timeline of the same three steps comes to when somebody else adds it up: the median over the steps of a mean
    /// worker's time, and its work in one of them.
    @Test(arguments: [["--mode", "single"], ["--mode", "data", "--devices", "2"], ["--mode", "model", "--devices", "2"]])
    func theLinesAreWhatTheTimelineComesTo(mode: [String]) async throws {
        let folder = try BadDataFolder()
        let path = folder.path + "/steps.json"
        let run = try await CommandRun(
            [
                "profile", "--model", "lenet5", "--batch-size", "9", "--steps", "3", "--warm-up", "1", "--by", "kind", "--json",
                "--trace", path,
            ]
                + mode)
        try #require(run.status == 0, "\(run.errors)")
        let profile = try #require(try run.jsonLines().first)
        let trace = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path))) as? [String: Any]
        let events = try #require(trace?["traceEvents"] as? [[String: Any]]).filter { $0["ph"] as? String == "X" }
        let host = try events.filter { $0["pid"] as? Int == 1 }.map(Span.init)
        let spans = try events.filter { $0["pid"] as? Int != 1 }.map(Span.init)
        let workers = mode.contains("single") ? 1.0 : 2.0
        #expect(host.map(\.step) == [0, 1, 2] && Set(spans.map(\.step)) == [0, 1, 2])

        func times(_ spans: [Span]) -> [Double] {
            (0..<3).map { step in spans.reduce(0) { $0 + ($1.step == step ? $1.seconds : 0) } / workers }
        }
        var lines: [String: (seconds: Double, work: [String: Double])] = [:]
        for (row, spans) in Dictionary(grouping: spans, by: \.row) {
            var line = lines[row[0]] ?? (seconds: 0, work: [:])
            line.seconds += median(times(spans))
            for span in spans where span.step == 0 {
                line.work.merge(span.work.mapValues { $0 / workers }) { $0 + $1 }
            }
            lines[row[0]] = line
        }
        let whole = median(host.map(\.seconds))
        let overhead = median(zip(host.map(\.seconds), times(spans)).map { $0 - $1 })
        lines["overhead"] = (overhead, [:])
        lines["irregular"] = (whole - lines.values.reduce(0) { $0 + $1.seconds }, [:])

        let kinds = try #require(profile["kinds"] as? [[String: Any]])
        #expect(Set(kinds.compactMap { $0["kind"] as? String }) == Set(lines.keys))
        for kind in kinds {
            let name = try #require(kind["kind"] as? String)
            let line = try #require(lines[name])
            // The timeline has whole nanoseconds.
            #expect(abs(try #require(kind["seconds"] as? Double) - line.seconds) < 1e-9, "\(name)")
            #expect(abs(try #require(kind["share"] as? Double) - line.seconds / whole) < 1e-6, "\(name)")
            for key in ["flop", "bytes", "bytes_received"] {
                #expect(abs(try #require(kind[key] as? Double) - line.work[key, default: 0]) < 0.6, "\(name): \(key)")
            }
        }
        #expect(abs(try #require(profile["step_seconds_median"] as? Double) - whole) < 1e-9)
        #expect(abs(try #require(profile["images_per_second"] as? Double) - 9 / whole) < 1e-3 * 9 / whole)
    }

    @Test(arguments: [
        (["--steps", "0"], "'0' is invalid for '--steps"), (["--warm-up", "-1"], "--warm-up"), (["--by", "colour"], "colour"),
        (["--model", "lenet6"], "lenet6"), (["--mode", "single", "--devices", "2"], "2"),
    ])
    func aBadOptionIsAMistakeOfUsage(arguments: [String], named: String) async throws {
        let run = try await CommandRun(["profile"] + arguments)
        #expect(run.status == 64)
        #expect(run.errors.hasPrefix("partrain: error: ") && run.errors.contains(named), "\(run.errors)")
    }

    @Test func aTimelineThatCannotBeWrittenIsSaidAtOnce() async throws {
        let run = try await CommandRun(quick + ["--trace", "/nowhere/steps.json"])
        #expect(run.status == 74)
        #expect(run.errors.contains("/nowhere/steps.json"))
    }

    @Test func dataThatIsNotThere() async throws {
        let run = try await CommandRun(quick + ["--data", "/nowhere/data"])
        #expect(run.status == 66 && run.errors.contains("/nowhere/data"))
    }
}
