import Foundation
import Testing

/// Checkpoints that the program of November 2026 wrote, when micro-batches were called shards: they still go on, to the bits to which it went on.
///
/// Each is of LeNet-5 on two devices after three steps of 8 examples in 4 micro-batches:
///
///     partrain --model lenet5 --mode data --devices 2 --kernels standard --data synthetic:classes=4,train=40,val=8,difficulty=easy \
///         --batch-size 8 --learning-rate-schedule constant --evaluate-every 0 --shards 4 --optimizer common --steps 3
@Suite struct EarlierCheckpointTests {
    static let kept = [
        ("gradient-descent", "54aa3d43a410331b9c14d904e5261778ec9eb2ddf04cde767f32de58855b19fc"),
        ("adam", "856a94e0249ebb9a2c5905c40b985e438e85218f99f2d9ab00a7dbdf200c3086"),
    ]

    private func path(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Checkpoints/\(name).safetensors").path
    }

    private func goOn(_ name: String) async throws -> [String: Any] {
        let run = try await CommandRun(["--resume", path(name), "--steps", "6", "--no-run-folder", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        return try #require(try run.jsonLines().last)
    }

    @Test(arguments: kept) func aCheckpointGoesOn(name: String, hash: String) async throws {
        let finished = try await goOn(name)
        #expect(finished["event"] as? String == "finished" && finished["steps"] as? Int == 6)
        #expect(finished["micro_batches"] as? Int == 4)
    }

    @Test(.computesPublishedBits, arguments: kept) func itComesToTheBitsOfBefore(name: String, hash: String) async throws {
        #expect(try await goOn(name)["weights_sha256"] as? String == hash)
    }

    @Test(arguments: kept) func itsWeightsPredict(name: String, hash: String) async throws {
        let run = try await CommandRun(["predict", "--init-from", path(name), "--json"])
        #expect(run.status == 0 && !run.output.isEmpty, "\(run.errors)")
    }
}
