import Foundation
import Testing

/// Runs as they are typed.
@Suite struct TrainCommandTests {
    private let small = ["--data", "synthetic:train=256,val=40"]

    @Test(arguments: [["--mode", "data", "--devices", "4"], ["--mode", "model"], ["--mode", "hybrid"], ["--mode", "single"]])
    func trainsAsTyped(mode: [String]) async throws {
        let run = try await CommandRun(mode + ["--steps", "2"] + small)
        #expect(run.status == 0, "\(run.errors)")
        for text in ["network", "conv1", "placement", "device 0", "top-1", "validation", "images/s", "exchanged", "SHA-256"]
        where text != "placement" || mode != ["--mode", "single"] {
            #expect(run.output.contains(text), "\(text) is missing in:\n\(run.output)")
        }
        #expect(!run.output.contains("\u{1B}"))
    }

    @Test func jsonIsAllThereIsOnStandardOutput() async throws {
        let run = try await CommandRun(["train", "--json", "--steps", "3"] + small)
        #expect(run.status == 0, "\(run.errors)")
        let lines = try run.jsonLines()
        #expect(lines.allSatisfy { $0["event"] is String })
        let last = try #require(lines.last)
        #expect(last["event"] as? String == "finished")
        for key in ["images_per_second", "loss", "exchanged_bytes_per_step", "weights_sha256"] {
            #expect(last[key] != nil, "\(key) is missing")
        }
    }

    @Test func thePrintedConfigurationCanBeFedBack() async throws {
        let folder = try BadDataFolder()
        let first = try await CommandRun(["--mode", "hybrid", "--steps", "5", "--seed", "3", "--print-config"])
        try folder.write("run.yaml", Array(first.output.utf8))
        let second = try await CommandRun(["--config", folder.path + "/run.yaml", "--print-config"])
        #expect(first.status == 0 && second.status == 0)
        #expect(second.output == first.output)
        let flag = try await CommandRun(["--config", folder.path + "/run.yaml", "--seed", "4", "--print-config"])
        #expect(flag.output == first.output.replacingOccurrences(of: "seed: 3", with: "seed: 4"))
    }

    @Test func theVersionAndTheHelpAreNoErrors() async throws {
        let version = try await CommandRun(["--version"])
        #expect(version.status == 0 && version.output.contains("."))
        let help = try await CommandRun(["train", "--help"])
        #expect(help.status == 0 && help.output.contains("--learning-rate"))
    }
}
