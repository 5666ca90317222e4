import Foundation
import Kernels
import Testing

/// A run that goes on where there are other instructions says what departs, keeps the kernels recorded with it where it can, and says
/// where it cannot. The other processor is this one with `PARTRAIN_MAX_ISA` lowered.
@Suite struct OtherProcessorTests {
    private let run = [
        "--model", "alexnet-small", "--data", "synthetic:classes=4,train=64,val=8,difficulty=easy", "--batch-size", "8", "--seed",
        "2",
        "--devices", "2", "--evaluate-every", "0", "--json", "--run", "a", "--steps", "2",
    ]

    private func kernels(_ run: CommandRun) throws -> [[String: Any]] {
        try #require(try run.jsonLines().first { $0["event"] as? String == "kernels" }?["kernels"] as? [[String: Any]])
    }

    private func warnings(_ run: CommandRun) throws -> String {
        try run.jsonLines().filter { ["run", "kernels"].contains($0["event"] as? String) }.compactMap {
            $0["warnings"] as? [String]
        }.joined().joined(separator: "\n")
    }

    /// Makes the first run's record name a kernel, whatever measuring would find: by a cache that says so.
    private func environment(_ place: BadDataFolder, limit: String? = nil) -> [String: String] {
        var environment = ["XDG_CACHE_HOME": place.path + "/cache"]
        environment["PARTRAIN_MAX_ISA"] = limit
        return environment
    }

    @Test(.hasAVX512Kernels) func resumingElsewhereSaysWhatDeparts() async throws {
        let place = try BadDataFolder()
        let first = try await CommandRun(run, in: place.path, environment: environment(place))
        #expect(first.status == 0, "\(first.errors)")
        // Every choice that there is, so that those of this processor's that are none on a lesser one are recorded.
        let folder = URL(fileURLWithPath: place.path + "/cache/partrain")
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first { $0.hasSuffix(".txt") })
        let file = folder.appendingPathComponent(name)
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            var fields = line.split(separator: "\t").map(String.init)
            if fields.count == 6 {
                (fields[1], fields[0]) = ("0.0", fields[4].contains("winograd=") ? "winograd" : "standard")
            }
            return fields.joined(separator: "\t")
        }
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.removeItem(atPath: place.path + "/runs")
        let recorded = try await CommandRun(run, in: place.path, environment: environment(place))
        #expect(recorded.status == 0, "\(recorded.errors)")
        let winograd = try kernels(recorded).filter { $0["variant"] as? String == "winograd" }
        #expect(!winograd.isEmpty)

        let here = try await CommandRun(
            ["--resume", "runs/a", "--steps", "3", "--json"], in: place.path, environment: environment(place))
        let saidHere = try warnings(here)
        // That it goes on for longer is said, and nothing of the machine.
        #expect(
            here.status == 0
                && saidHere == "the run's length has changed, and from here on its learning rate follows the new one",
            "\(here.errors)\n\(saidHere)")
        #expect(try kernels(here).count == kernels(recorded).count)
        #expect(try kernels(here).allSatisfy { $0["reason"] as? String == "settled" })

        let there = try await CommandRun(
            ["--resume", "runs/a", "--steps", "4", "--json"], in: place.path, environment: environment(place, limit: "avx2"))
        #expect(there.status == 0, "\(there.errors)")
        let said = try warnings(there)
        for text in [
            "the run was computed elsewhere", "instructions avx512, now avx2", "the library's instructions avx512_core",
            "the last bits of its weights may not be those of the undisturbed run",
            "the run was computed by winograd kernels in", "which this processor or library does not have",
        ] { #expect(said.contains(text), "\(text) is missing in: \(said)") }
        let lost = try kernels(there).filter { $0["impossible"] as? String == "winograd" }
        #expect(Set(lost.compactMap { $0["layer"] as? String }) == Set(winograd.compactMap { $0["layer"] as? String }))
        for layer in Set(lost.compactMap { $0["layer"] as? String }) { #expect(said.contains(layer)) }
        // What it can, it keeps.
        let kept = try kernels(there).filter { $0["impossible"] is NSNull || $0["impossible"] == nil }
        #expect(!kept.isEmpty && !lost.isEmpty)
        let before = Dictionary(
            try kernels(recorded).map { ("\($0["computes"] ?? "")", "\($0["variant"] ?? "")") },
            uniquingKeysWith: { first, _ in first })
        for kernel in kept { #expect(before["\(kernel["computes"] ?? "")"] == kernel["variant"] as? String, "\(kernel)") }

        // And back: the record is that of the last who computed.
        let back = try await CommandRun(
            ["--resume", "runs/a", "--steps", "5", "--json"], in: place.path, environment: environment(place))
        #expect(try warnings(back).contains("instructions avx2, now avx512"))
    }

    /// What was measured by some instructions is not believed by others.
    @Test(.hasAVX512Kernels) func everySetOfInstructionsHasItsOwnCache() async throws {
        let place = try BadDataFolder()
        for limit in ["portable", "avx2", "avx512", nil] {
            let run = try await CommandRun(
                run.map { $0 == "a" ? "\(limit ?? "all")" : $0 }, in: place.path, environment: environment(place, limit: limit))
            #expect(run.status == 0, "\(run.errors)")
            #expect(try kernels(run).contains { $0["reason"] as? String == "measured" })
            let files = try FileManager.default.contentsOfDirectory(atPath: place.path + "/cache/partrain")
            #expect(files.contains { $0.contains(" \(limit ?? "avx512") ") }, "\(files)")
            let isRemembered = try kernels(run).contains { $0["reason"] as? String == "remembered" }
            #expect(!isRemembered)
        }
    }

    @Test func aSetThatIsNoneIsRefused() async throws {
        let run = try await CommandRun(["models"], environment: ["PARTRAIN_MAX_ISA": "sse9"])
        #expect(run.status == 64 && run.errors.contains("PARTRAIN_MAX_ISA=sse9 names no set of instructions"), "\(run.errors)")
    }
}

extension Trait where Self == ConditionTrait {
    /// Kernels that exist for AVX-512 only, to be missed where it is held back.
    static var hasAVX512Kernels: Self {
        .enabled("this processor has no AVX-512, or oneDNN is from version 3.2 on, so there is nothing to hold back") {
            ComputePlatform.current.instructions == "avx512" && ComputePlatform.current.library.hasPrefix("oneDNN 2.")
        }
    }
}
