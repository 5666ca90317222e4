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
