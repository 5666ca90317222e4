import Foundation
import Testing

/// What a run leaves behind, and what it says of it.
@Suite struct RunFolderTests {
    private let small = [
        "--model", "lenet5", "--data", "synthetic:classes=4,train=192,val=40,difficulty=easy", "--batch-size", "16", "--epochs",
        "2",
    ]

    private func weights(_ run: CommandRun) throws -> String {
        try #require(run.output.split(separator: "\n").last { $0.contains("SHA-256") }.map(String.init))
    }

    @Test func aRunLeavesItsFolderAndIsReproducedByIt() async throws {
        let place = try BadDataFolder()
        let first = try await CommandRun(small + ["--seed", "5"], in: place.path)
        #expect(first.status == 0, "\(first.errors)")
        let folder = place.path + "/runs/lenet5-data-1"
        for name in ["configuration.yaml", "metrics.jsonl", "metrics.csv", "log.txt", "checkpoints/step-00000024.safetensors"] {
            #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)")
        }
        let log = try String(contentsOfFile: folder + "/log.txt", encoding: .utf8)
        #expect(try log.contains(weights(first)) && !log.contains("\u{1B}"))
        let second = try await CommandRun(["--config", folder + "/configuration.yaml"], in: place.path)
        #expect(try weights(second) == weights(first))
        let third = try await CommandRun(["--resume", "runs/lenet5-data-1"], in: place.path)
        #expect(third.status == 0 && third.output.contains("resumed after step 24"))
        #expect(try weights(third) == weights(first))
        let json = try await CommandRun(["--resume", "auto", "--json"], in: place.path)
        #expect(try json.jsonLines().contains { $0["event"] as? String == "run" && $0["step"] as? Int == 24 })
    }

    /// A run's last checkpoint leads back to the run's folder, from wherever and however it is named.
    @Test func theLastCheckpointGoesOnWhereverItIsNamedFrom() async throws {
        let place = try BadDataFolder()
        let begun = try await CommandRun(small + ["--run", "a"], in: place.path)
        #expect(begun.status == 0, "\(begun.errors)")
        let ways = [
            ("/runs/a/checkpoints", "", ".."), ("/runs/a", "checkpoints/", "checkpoints/.."), ("/runs", "a/checkpoints/", "a"),
        ]
        for (step, (folder, way, run)) in zip(24..., ways) {
            let flags = ["--resume", "\(way)step-000000\(step).safetensors", "--steps", "\(step + 1)", "--json"]
            let longer = try await CommandRun(flags, in: place.path + folder)
            #expect(longer.status == 0, "\(longer.errors)")
            let event = try longer.jsonLines().first { $0["event"] as? String == "run" }
            #expect(event?["folder"] as? String == run)
            let next = "/runs/a/checkpoints/step-000000\(step + 1).safetensors"
            #expect(FileManager.default.fileExists(atPath: place.path + next), "\(flags)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path + "/runs") == ["a"])
    }

    /// After the first epoch the learning rate is beyond all bounds: the next step's numbers are not finite on some device.
    @Test(arguments: [("data", "2"), ("model", "2"), ("data", "3")])
    func aDeviceThatFailsLeavesTheLastGoodCheckpoint(mode: String, devices: String) async throws {
        let place = try BadDataFolder()
        let flags = [
            "--mode", mode, "--devices", devices, "--run", "a", "--learning-rate", "0.01", "--learning-rate-schedule", "step",
            "--milestones", "1", "--milestone-factor", "1e36",
        ]
        let run = try await CommandRun(small + flags, in: place.path)
        #expect(run.status == 70, "\(run.errors)")
        for word in ["device ", "lane ", "step ", "--learning-rate"] { #expect(run.errors.contains(word), "\(run.errors)") }
        let folder = place.path + "/runs/a/checkpoints"
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["step-00000012.safetensors"])
        // It is whole, and of the last good step: weights taken from it learn.
        let again = try await CommandRun(
            small + ["--run", "b", "--init-from", folder + "/step-00000012.safetensors"], in: place.path)
        #expect(again.status == 0, "\(again.errors)")
    }

    @Test func withoutARunFolderNothingIsLeft() async throws {
        let place = try BadDataFolder()
        let run = try await CommandRun(small + ["--no-run-folder"], in: place.path)
        #expect(run.status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.path).isEmpty)
    }

    @Test(arguments: [
        (["--resume", "auto"], Int32(66), "leave --resume out"), (["--resume", "nowhere"], 66, "nowhere"),
        (["--run", "."], 64, "not empty"), (["--save-every", "often"], 64, "--save-every often"),
        (["--keep", "0"], 64, "--keep 0"),
        (["--init-from", "nowhere.safetensors"], 66, "nowhere.safetensors"),
        (["--init-from", "text.safetensors"], 65, "text.safetensors"),
    ])
    func mistakesAreNamed(arguments: [String], status: Int32, text: String) async throws {
        let place = try BadDataFolder()
        try place.write("text.safetensors", Array("no weights at all".utf8))
        try place.write("runs/other", [])
        let run = try await CommandRun((arguments == ["--resume", "auto"] ? [] : small) + arguments, in: place.path)
        #expect(run.status == status && run.errors.contains(text), "\(run.status) \(run.errors)")
    }

    @Test func whatWouldLearnOtherwiseIsRefusedWhenItGoesOn() async throws {
        let place = try BadDataFolder()
        _ = try await CommandRun(small + ["--run", "a"], in: place.path)
        let run = try await CommandRun(["--resume", "runs/a", "--seed", "4"], in: place.path)
        #expect(run.status == 64 && run.errors.contains("--seed 4 differs from 0"), "\(run.errors)")
    }

    @Test func aFullDiskEndsTheRunWithItsLastCheckpoint() async throws {
        let place = try BadDataFolder()
        let run = try await CommandRun(
            small + ["--run", "a"], in: place.path, environment: ["PARTRAIN_TEST_FAULT": "half-ENOSPC:110"])
        #expect(run.status == 74, "\(run.errors)")
        for text in ["error: cannot", "No space left on device", "saved before in runs/a/", "--resume runs/a"] {
            #expect(run.errors.contains(text), "\(text) is missing in: \(run.errors)")
        }
    }
}
