import Foundation
import Testing

/// Kernels are measured once on a machine, and a run that goes on computes with those that it began with.
@Suite struct KernelChoiceTests {
    private let small = [
        "--model", "alexnet-small", "--data", "synthetic:classes=4,train=64,val=8,difficulty=easy", "--batch-size", "8",
        "--steps",
        "6", "--seed", "2", "--devices", "2", "--evaluate-every", "0", "--json",
    ]

    private func weights(_ run: CommandRun) throws -> String {
        try #require(try run.jsonLines().last?["weights_sha256"] as? String)
    }

    private func kernels(_ run: CommandRun) throws -> [[String: Any]] {
        try #require(
            try run.jsonLines().first { $0["event"] as? String == "kernels" }?["kernels"] as? [[String: Any]])
    }

    /// The file of a user's cache folder.
    private func cache(_ place: BadDataFolder) throws -> URL {
        let folder = URL(fileURLWithPath: place.path + "/cache/partrain")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "txt" }
        try #require(files.count == 1)
        return files[0]
    }

    /// Rewrites a cache's lines: as measured without noise, by another variant where one is given.
    private func rewrite(_ file: URL, _ variant: (_ now: String, _ candidates: [String]) -> String) throws {
        let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
            var fields = line.split(separator: "\t").map(String.init)
            guard fields.count == 6 else { return String(line) }
            fields[0] = variant(fields[0], fields[4].split(separator: ",").map { String($0.prefix { $0 != "=" }) })
            fields[1] = "0.0"
            return fields.joined(separator: "\t")
        }
        try (lines.joined(separator: "\n") + "\n").write(to: file, atomically: true, encoding: .utf8)
    }

    @Test func whatWasMeasuredIsKnownToTheNextRun() async throws {
        let place = try BadDataFolder()
        let environment = ["XDG_CACHE_HOME": place.path + "/cache"]
        let first = try await CommandRun(small + ["--run", "a"], in: place.path, environment: environment)
        #expect(first.status == 0, "\(first.errors)")
        // Flipped weights are a choice everywhere.
        try #require(try !kernels(first).isEmpty)
        #expect(try kernels(first).contains { !(($0["seconds"] as? [String: Any]) ?? [:]).isEmpty })
        try rewrite(cache(place)) { now, _ in now }
        let second = try await CommandRun(small + ["--run", "b"], in: place.path, environment: environment)
        #expect(try kernels(second).count == kernels(first).count)
        #expect(try kernels(second).allSatisfy { (($0["seconds"] as? [String: Any]) ?? [:]).isEmpty })
        #expect(try weights(second) == weights(first))

        // A cache that says otherwise is believed, but not by a run that has begun.
        let file = try cache(place)
        try rewrite(file) { now, candidates in now == "standard" && candidates.contains("winograd") ? "winograd" : "standard" }
        let text = try String(contentsOf: file, encoding: .utf8)
        try (text + "no line of ours\n").write(to: file, atomically: true, encoding: .utf8)
        let other = try await CommandRun(small + ["--run", "c"], in: place.path, environment: environment)
        // The choices between standard and flipped weights leave the bits as they are.
        if text.contains("winograd") { #expect(try weights(other) != weights(first)) }
        #expect(other.errors.contains("is damaged (line"), "\(other.errors)")
        let longer = try await CommandRun(
            ["--resume", "runs/a", "--steps", "9", "--json"], in: place.path, environment: environment)
        #expect(longer.status == 0, "\(longer.errors)")
        let chosen = try kernels(first).map { "\($0["computes"] ?? "") \($0["variant"] ?? "")" }
        #expect(try kernels(longer).map { "\($0["computes"] ?? "") \($0["variant"] ?? "")" } == chosen)
    }

    @Test func standardKernelsNeedNoCacheAndLeaveNone() async throws {
        let place = try BadDataFolder()
        let environment = ["XDG_CACHE_HOME": place.path + "/cache"]
        let run = try await CommandRun(
            small + ["--kernels", "standard", "--no-run-folder"], in: place.path, environment: environment)
        #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
        let variants = try kernels(run).map { $0["variant"] as? String }
        #expect(!variants.isEmpty && variants.allSatisfy { $0 == "standard" })
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
    }

    /// Each way to compute by its own name, with the layers that it is taken for.
    @Test func whatIsChosenIsPrinted() async throws {
        let place = try BadDataFolder()
        let environment = ["XDG_CACHE_HOME": place.path + "/cache"]
        let inText = small.filter { $0 != "--json" } + ["--no-run-folder"]
        let standard = try await CommandRun(inText + ["--kernels", "standard"], in: place.path, environment: environment)
        let chosen = try await CommandRun(inText, in: place.path, environment: environment)
        let record = try String(contentsOf: try cache(place), encoding: .utf8)
        // A layer's variants as the record has them stand in the line, and no others.
        let line = try #require(chosen.output.split(separator: "\n").first { $0.hasPrefix("kernels ") })
        for variant in ["winograd", "space-to-depth", "batch-innermost", "flipped"] {
            let isRecorded = record.split(separator: "\n").contains { $0.hasPrefix(variant + "\t") }
            #expect(line.contains(" \(variant) in ") == isRecorded, "\(line)\n\(record)")
        }
        #expect(
            standard.output.split(separator: "\n").contains { $0.hasPrefix("kernels ") && $0.hasSuffix(" standard everywhere") })
    }

    @Test func aCacheThatCannotBeWrittenIsAWarning() async throws {
        let place = try BadDataFolder()
        // A file where the folder would be.
        try place.write("cache", [])
        let run = try await CommandRun(
            small + ["--no-run-folder"], in: place.path, environment: ["XDG_CACHE_HOME": place.path + "/cache"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(try !kernels(run).isEmpty && run.errors.contains("warning: the choice of kernels is not kept"), "\(run.errors)")
    }

    @Test(arguments: [["--kernels", "fastest"], ["--precision", "f16"]]) func mistakesAreNamed(flags: [String]) async throws {
        let run = try await CommandRun(small + flags)
        #expect(run.status == 64 && run.errors.contains(flags.joined(separator: " ")), "\(run.errors)")
    }
}
