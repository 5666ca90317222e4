import Checkpoints
import Configuration
import Foundation
import Testing
import Topology
import Training

/// A checkpoint whose metadata somebody has edited, and whose digest is right all the same.
@Suite struct EditedCheckpointTests {
    private static let numbers = [
        "", "-1", "0", "4", "1.5", "9223372036854775807", "-9223372036854775808", "1e308", "nan", "-inf", "1e38 1e38 1e38",
    ]

    /// Every number that a checkpoint carries, at its extremes: what no run could have saved is refused with the file's name, and with
    /// the rest a run ends.
    @Test(.timeLimit(.minutes(30))) func noNumberTrapsOrEndsWhatHolds() async throws {
        let fixture = try RunFixture()
        let settings = ["steps": "3", "save-every": "2", "run": "a", "kernels": "standard", "devices": "1"]
        _ = try await fixture.begin(settings)
        let path = fixture.path + "/a/checkpoints/step-00000003.safetensors"
        let checkpoint = try Checkpoint(path: path)
        let keys = checkpoint.metadata.keys.filter { key in
            let parts = checkpoint.metadata[key, default: ""].split(separator: " ")
            return !parts.isEmpty && parts.allSatisfy { Double($0) != nil }
        }.sorted()
        #expect(
            Set(keys).isSuperset(of: ["told_step", "judged_step", "training_sum.examples", "data.mean", "data.classes", "seed"]))
        var refused: Set<String> = []
        for key in keys {
            for number in Self.numbers where number != checkpoint.metadata[key] {
                var edited = checkpoint
                edited.metadata[key] = number
                refused.formUnion(try await outcome(of: edited, key: key, in: fixture))
            }
            var without = checkpoint
            without.metadata[key] = nil
            refused.formUnion(try await outcome(of: without, key: key, in: fixture))
        }
        #expect(
            refused.isSuperset(of: [
                "told_step", "judged_step", "training_sum.examples", "training_sum.top1", "training_sum.loss",
            ]))
        for step in [0, 4, .max] {
            var edited = checkpoint
            edited.step = step
            _ = try await outcome(of: edited, key: "the step", in: fixture)
        }
    }

    /// Goes on with a checkpoint and predicts with it; the key, where one of them was refused.
    private func outcome(of checkpoint: Checkpoint, key: String, in fixture: RunFixture) async throws -> [String] {
        let path = fixture.path + "/edited.safetensors"
        try? FileManager.default.removeItem(atPath: path)
        try checkpoint.write(to: path)
        var refused: [String] = []
        do {
            let outcome = try await fixture.run(["resume": path, "steps": "4", "run": "\(UUID())"])
            #expect(outcome.finished?.steps == 4)
            #expect(outcome.finished?.training.loss.isFinite == true)
        } catch {
            #expect("\(error)".contains("edited.safetensors"), "\(key): \(error)")
            refused = [key]
        }
        guard key.hasPrefix("data.") else { return refused }
        do {
            let given = [GivenSetting(flag: "mode", "single"), GivenSetting(flag: "data", RunFixture.small["data"] ?? "")]
            try await Predictor(weights: path, images: [], given: given, on: Machine.discover()).run { prediction in
                let isFinite = prediction.scores.allSatisfy { $0.isFinite }
                #expect(isFinite)
            }
        } catch {
            #expect("\(error)".contains("edited.safetensors"), "\(key): \(error)")
        }
        return refused
    }
}
