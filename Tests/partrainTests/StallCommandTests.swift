import Foundation
import Testing

/// What hung, and what cannot end, ends.
@Suite(.serialized) struct StallCommandTests {
    /// Thirty-one examples on six workers, whose layouts differ where their channels do.
    @Test(arguments: [(3, 2, 31), (2, 2, 31), (3, 1, 7)])
    func aNetworkWhoseWorkersTakeDifferentLayoutsTrains(devices: Int, cores: Int, batch: Int) async throws {
        let run = try await CommandRun([
            "--model", "lenet5-1998", "--data", "synthetic:classes=10,train=62,val=10", "--mode", "model", "--devices",
            "\(devices)",
            "--cores-per-device", "\(min(cores, ProcessInfo.processInfo.activeProcessorCount))", "--batch-size", "\(batch)",
            "--steps", "2",
            "--kernels", "standard", "--no-run-folder", "--stall-timeout", "20",
        ])
        #expect(run.status == 0, "\(run.errors)")
    }

    /// The second worker stands still in the third step: the run ends with what it knows, saved as of the second, and goes on from there to
    /// the weights of an undisturbed one. The first worker's core is the one on which the run waits.
    @Test(arguments: [1, 0]) func aStalledStepEndsWithWhatWasLastWhole(worker: Int) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("partrain-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let common = [
            "--model", "lenet5", "--data", "synthetic:classes=10,train=64,val=10", "--mode", "data", "--devices", "2",
            "--batch-size", "8",
            "--kernels", "standard", "--steps", "4", "--evaluate-every", "0", "--json",
        ]
        let undisturbed = try await CommandRun(common + ["--no-run-folder"])
        let expected = try #require(try undisturbed.jsonLines().last?["weights_sha256"] as? String)

        let stalled = try await CommandRun(
            common + ["--run", "stalled", "--save-every", "1", "--stall-timeout", "1"], in: folder.path,
            environment: ["PARTRAIN_TEST_FAULT": "stall-\(worker):3"])
        #expect(stalled.status == 70, "\(stalled.errors)")
        #expect(
            stalled.errors.contains("step 3 has stalled")
                && stalled.errors.contains("device \(worker), lane 0 is in convolution of conv1")
                && stalled.errors.contains("device \(1 - worker), lane 0 waits for device \(worker), lane 0"), "\(stalled.errors)"
        )

        let resumed = try await CommandRun(["--resume", "runs/stalled", "--json"], in: folder.path)
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try resumed.jsonLines().last?["weights_sha256"] as? String == expected)
    }
}
