import Foundation
import Testing

/// Memory is known before a run, is what the run then has, and a run for which there is not enough is not begun.
@Suite(.serialized) struct PlanMemoryCommandTests {
    private let small = [
        "--model", "alexnet-small", "--data", "synthetic:classes=4,train=1024,val=16,difficulty=easy", "--batch-size", "256",
        "--steps", "2", "--seed", "2", "--kernels", "standard", "--evaluate-every", "0",
    ]

    private func plan(_ arguments: [String]) async throws -> [String: Any] {
        let run = try await CommandRun(["plan-memory"] + small + arguments + ["--json"])
        try #require(run.status == 0, "\(run.errors)")
        return try #require(try run.jsonLines().first)
    }

    private func deviceTotals(_ plan: [String: Any]) throws -> [Int] {
        try #require(plan["devices"] as? [[String: Any]]).map { try #require($0["total"] as? Int) }
    }

    /// Trains, and gives the run's last event. Twentieths: what the process has beside what is planned to the byte differs from machine to
    /// machine by a few MiB.
    private func expectPlannedIsMeasured(_ arguments: [String]) async throws -> [String: Any] {
        let run = try await CommandRun(arguments + ["--json"])
        #expect(run.status == 0, "\(run.errors)")
        let finished = try #require(try run.jsonLines().last)
        let planned = try #require(finished["planned_memory_bytes"] as? Int)
        let peak = try #require(finished["peak_memory_bytes"] as? Int)
        #expect(abs(Double(planned - peak)) <= 0.05 * Double(peak), "\(planned) planned, \(peak) measured")
        return finished
    }

    @Test(arguments: [["--mode", "single"], ["--mode", "data", "--devices", "2"], ["--mode", "model", "--devices", "2"]])
    func plannedIsMeasured(mode: [String]) async throws {
        let finished = try await expectPlannedIsMeasured(small + mode)
        #expect(try deviceTotals(try await plan(mode)).reduce(0, +) == finished["device_memory_bytes"] as? Int)
    }

    /// Many weights, shortcuts, concatenations; statistics of batch normalisation.
    @Test(arguments: ["vgg16", "resnet50", "densenet121"]) func plannedIsMeasuredInLaterNetworks(model: String) async throws {
        let settings = [
            "--model", model, "--input-size", "64", "--data", "synthetic:classes=10,train=64,val=10", "--batch-size", "32",
            "--steps", "2", "--kernels", "standard", "--evaluate-every", "0", "--no-run-folder",
        ]
        _ = try await expectPlannedIsMeasured(settings + ["--mode", "data", "--devices", "2"])
    }

    @Test func theTableHasARowForEachDevice() async throws {
        let run = try await CommandRun(["plan-memory"] + small + ["--mode", "data", "--devices", "3"])
        #expect(run.status == 0)
        for text in ["device 0", "device 2", "all devices", "optimizer", "in all", "available", "fits"] {
            #expect(run.output.contains(text), "\(text) is missing in: \(run.output)")
        }
    }

    /// The story of 2012: what one device has no room for, two devices train.
    @Test func aBatchTooLargeForOneDeviceTrainsOnTwo() async throws {
        let one = try deviceTotals(try await plan(["--mode", "single"]))[0]
        let half = try deviceTotals(try await plan(["--mode", "model", "--devices", "2"])).max() ?? 0
        try #require(half < one)
        let limit = ["--device-memory", "\((one + half) / 2)B"]
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("partrain-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        let refused = try await CommandRun(small + ["--mode", "single"] + limit, in: folder.path)
        #expect(refused.status == 71)
        for text in ["device 0 would need", "weights", "activations", "--device-memory", "--mode model --devices 2"] {
            #expect(refused.errors.contains(text), "\(text) is missing in: \(refused.errors)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        #expect(try await plan(["--mode", "single"] + limit)["fits"] as? Bool == false)

        let trained = try await CommandRun(small + ["--mode", "model", "--devices", "2", "--json"] + limit)
        #expect(trained.status == 0, "\(trained.errors)")
    }

    @Test func moreThanAnyMachineHasIsRefusedAtOnce() async throws {
        let run = try await CommandRun([
            "--model", "alexnet", "--batch-size", "1000000", "--data", "synthetic:classes=16,train=5000000,val=16", "--steps",
            "1",
            "--mode", "single", "--kernels", "standard", "--evaluate-every", "0",
        ])
        #expect(run.status == 71, "\(run.errors)")
        for text in ["the run would need", "leaves it", "what would fit", "--batch-size"] {
            #expect(run.errors.contains(text), "\(text) is missing in: \(run.errors)")
        }
    }

    @Test(arguments: [("3", "--device-memory 3"), ("much", "such as 3GiB"), ("0GiB", "a size with its unit")])
    func aSizeThatIsNone(size: String, says wanted: String) async throws {
        let run = try await CommandRun(small + ["--device-memory", size])
        #expect(run.status == 64)
        #expect(run.errors.contains(wanted), "\(run.errors)")
    }

    @Test func theLimitIsASettingOfFiles() async throws {
        let folder = try BadDataFolder()
        try folder.write("run.yaml", Array("mode: single\ndevice-memory: 1MiB\n".utf8))
        let run = try await CommandRun(["--config", folder.path + "/run.yaml"] + small)
        #expect(run.status == 71)
        #expect(run.errors.contains("and may take 1.0 MiB"), "\(run.errors)")
    }
}
