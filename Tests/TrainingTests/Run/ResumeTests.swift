import Checkpoints
import Configuration
import Foundation
import KernelChoices
import Testing
import Topology
import Training

/// A run that was interrupted ends as the one that was not, to the last bit.
@Suite(.serialized) struct ResumeTests {
    @Test(arguments: ["data", "model", "hybrid", "single"])
    func aStoppedRunGoesOnInMidEpoch(mode: String) async throws {
        let fixture = try RunFixture()
        let settings = ["mode": mode, "epochs": "3", "evaluate-every": "2"]
        let undisturbed = try await fixture.begin(settings)
        for step in [1, 7, 12, 17, 24, 35] {
            let first = try await fixture.begin(settings.merging(["run": "stopped-\(step)"]) { $1 }) { $0.isStep(step) }
            #expect(first.stopped?.step == step)
            #expect(first.stopped?.checkpoint?.hasSuffix("\(step).safetensors") == true)
            let second = try await fixture.resume(["run": "stopped-\(step)"])
            #expect(second.result == undisturbed.result)
            #expect(second.finished?.trainedSteps == 36 - step)
        }
    }

    @Test func itMayBeStoppedOverAndOverAndInValidation() async throws {
        let fixture = try RunFixture()
        let settings = ["mode": "data", "devices": "2", "epochs": "3", "save-every": "5", "run": "a"]
        let undisturbed = try await fixture.begin(settings.merging(["run": "b"]) { $1 })
        var outcome = try await fixture.begin(settings) { $0.isStep(3) }
        var stops = 0
        while outcome.finished == nil {
            let step = try #require(outcome.stopped?.step)
            stops += 1
            // After an epoch's last step: the stop falls in the validation.
            outcome = try await fixture.resume(["run": "a"]) { $0.isStep((step / 4 + 1) * 4) }
        }
        #expect(stops > 6)
        #expect(outcome.result == undisturbed.result)
        #expect(try Self.told(fixture.text("a/metrics.jsonl")) == Self.told(fixture.text("b/metrics.jsonl")))
        #expect(try Self.told(fixture.text("a/metrics.csv")) == Self.told(fixture.text("b/metrics.csv")))
    }

    /// Lines without what depends on time.
    private static func told(_ text: String) throws -> [String] {
        text.split(separator: "\n").map { line in
            if let cut = line.range(of: ",\"images_per_second\"") { return String(line[..<cut.lowerBound]) }
            return line.split(separator: ",", omittingEmptySubsequences: false).dropLast(2).joined(separator: ",")
        }
    }

    @Test func otherDevicesGoOnToTheSameBits() async throws {
        let fixture = try RunFixture()
        let settings = ["mode": "data", "devices": "4", "micro-batches": "4", "epochs": "2"]
        let undisturbed = try await fixture.begin(settings)
        // Lanes of a device sit on cores of their own.
        let lanes = try Machine.discover().usableThreadCount < 2 ? "1" : "2"
        for other in [["devices": "2"], ["devices": "1"], ["mode": "single"], ["devices": "2", "cores-per-device": lanes]] {
            _ = try await fixture.begin(settings.merging(["run": "x\(other.hashValue)"]) { $1 }) { $0.isStep(5) }
            let second = try await fixture.resume(other)
            #expect(second.result == undisturbed.result, "\(other)")
        }
    }

    @Test func whatWasDataModeGoesOnInModelModeAndBack() async throws {
        let fixture = try RunFixture()
        let undisturbed = try await fixture.begin(["mode": "data", "devices": "4", "epochs": "2"])
        _ = try await fixture.begin(["mode": "data", "devices": "4", "epochs": "2", "run": "a"]) { $0.isStep(5) }
        let second = try await fixture.resume(["mode": "model", "devices": "2", "run": "a"]) { $0.isStep(15) }
        let third = try await fixture.resume(["mode": "data", "devices": "4", "run": "a"])
        let loss = try #require(undisturbed.finished?.training.loss)
        // Other orders of the same sums: the tolerance is that of modes against each other.
        #expect(abs((third.finished?.training.loss ?? 0) - loss) < 1e-3)
        #expect(Self.warnings(second).contains { $0.contains("mode model") })
    }

    /// A checkpoint of an earlier release names its kernels in that release's words: the run goes on by the same ones, and says nothing
    /// that it would not say of today's.
    @Test func earlierNamesOfKernelsAreUnderstood() async throws {
        func resumed(by name: String) async throws -> (result: [String], variants: [String], warnings: [String]) {
            let fixture = try RunFixture()
            let stopped = try await fixture.begin([
                "model": "alexnet-small", "mode": "single", "steps": "4", "kernels": "standard", "run": "a",
            ]) { $0.isStep(2) }
            var checkpoint = try Checkpoint(path: #require(stopped.stopped?.checkpoint))
            let lines = try #require(checkpoint.metadata["kernels"]).split(separator: "\n").map { line in
                line.hasPrefix("standard\tconvolution 7×7")
                    ? line.replacingOccurrences(of: "standard\t", with: name + "\t") : "\(line)"
            }
            #expect(lines.contains { $0.hasPrefix(name + "\t") })
            checkpoint.metadata["kernels"] = lines.map { $0 + "\n" }.joined()
            try CheckpointFolder(path: fixture.path + "/a/checkpoints").save(checkpoint)
            let outcome = try await fixture.resume()
            var (variants, warnings) = ([String](), [String]())
            for case .kernels(let report) in outcome.events {
                variants += report.decisions.map(\.variant)
                warnings += report.warnings
            }
            return (outcome.result, variants, warnings)
        }
        let (earlier, today) = (try await resumed(by: "polyphase"), try await resumed(by: "space-to-depth"))
        #expect(!today.result.isEmpty && earlier.result == today.result)
        #expect(earlier.variants == today.variants && earlier.warnings == today.warnings)
        #expect(!earlier.warnings.contains { $0.contains("polyphase") })
        // Kernels of seven rows at stride 2 are none for it: the warning tells that by today's name.
        #expect(today.warnings.contains { $0.contains("was computed by space-to-depth kernels in conv1") }, "\(today.warnings)")
        for (name, variant) in KernelVariant.earlierNames {
            #expect(KernelVariant(rawValue: name) == nil && KernelVariant(rawValue: variant.rawValue) == variant)
        }
    }

    private static func warnings(_ outcome: RunFixture.Outcome) -> [String] {
        for case .run(let report) in outcome.events { return report.warnings }
        return []
    }

    @Test func fewerMicroBatchesThanWorkersIsRefusedUnlessSaid() async throws {
        let fixture = try RunFixture()
        _ = try await fixture.begin(["mode": "data", "devices": "2", "epochs": "2", "run": "a"]) { $0.isStep(5) }
        await #expect { try await fixture.resume(["devices": "4"]) } throws: { error in
            "\(error)".contains("2 micro-batches") && "\(error)".contains("at least 4 micro-batches")
        }
        let second = try await fixture.resume(["devices": "4", "micro-batches": "4"])
        #expect(second.finished?.steps == 24)
        #expect(Self.warnings(second).contains { $0.contains("began with 2 micro-batches and goes on with 4") })
    }

    @Test func aFinishedRunHasNothingLeftAndMayBeMadeLonger() async throws {
        let fixture = try RunFixture()
        let settings = ["mode": "data", "devices": "2", "learning-rate-schedule": "constant"]
        let long = try await fixture.begin(settings.merging(["steps": "30", "run": "long"]) { $1 })
        let short = try await fixture.begin(settings.merging(["steps": "17", "run": "short"]) { $1 })
        let again = try await fixture.resume(["run": "short"])
        #expect(again.result == short.result)
        #expect(again.finished?.trainedSteps == 0)
        let longer = try await fixture.resume(["run": "short", "steps": "30"])
        #expect(longer.result == long.result)
        await #expect(throws: ConfigurationError.self) { try await fixture.resume(["run": "short", "steps": "20"]) }
    }

    @Test func theConfigurationOfARunReproducesIt() async throws {
        let fixture = try RunFixture()
        let first = try await fixture.begin(["mode": "hybrid", "epochs": "1", "seed": "7", "run": "a"])
        var given = try ConfigurationFile(path: fixture.path + "/a/configuration.yaml").given
        #expect(!given.contains { $0.name == "run" || $0.name == "runs" })
        given += RunFixture.given([:], runs: fixture.path)
        let second = try await Trainer(PreparedRun(given: given, on: .discover())).run { _ in }
        #expect(second.weightsSHA256 == first.finished?.weightsSHA256)
    }

    @Test func aStopBeforeTheFirstStepCanBeResumed() async throws {
        let fixture = try RunFixture()
        let undisturbed = try await fixture.begin(["epochs": "1", "run": "b"])
        let first = try await fixture.begin(["epochs": "1", "run": "a"]) { if case .data = $0 { true } else { false } }
        #expect(first.stopped?.step == 0)
        #expect(try await fixture.resume(["run": "a"]).result == undisturbed.result)
    }

    @Test func aRunThatWasNeverSavedBeginsAgain() async throws {
        let fixture = try RunFixture()
        let settings = ["epochs": "1", "seed": "3", "run": "a"]
        let undisturbed = try await fixture.begin(settings)
        try FileManager.default.removeItem(atPath: fixture.path + "/a/checkpoints")
        #expect(try await fixture.resume().result == undisturbed.result)
    }

    @Test func aRunThatFailsKeepsItsLastCheckpoint() async throws {
        struct Failure: Error {}
        let fixture = try RunFixture()
        let run = try fixture.prepare(RunFixture.small.merging(["epochs": "2", "run": "a"]) { $1 })
        await #expect(throws: Failure.self) {
            try await Trainer(run).run { if $0.isStep(15) { throw Failure() } }
        }
        #expect(run.record?.lastCheckpoint?.hasSuffix("step-00000012.safetensors") == true)
    }

    @Test func aRunThatFailedGoesOn() async throws {
        struct Failure: Error {}
        let fixture = try RunFixture()
        let undisturbed = try await fixture.begin(["epochs": "2", "run": "b"])
        await #expect(throws: Failure.self) {
            let run = try fixture.prepare(RunFixture.small.merging(["epochs": "2", "run": "a"]) { $1 })
            try await Trainer(run).run { if $0.isStep(15) { throw Failure() } }
        }
        #expect(try await fixture.resume(["run": "a"]).result == undisturbed.result)
    }

    @Test func aRunThatLeavesNothingBehindLeavesNothingBehind() async throws {
        let fixture = try RunFixture()
        let outcome = try await fixture.begin(["run-folder": "false", "epochs": "1"])
        #expect(outcome.finished != nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path).isEmpty)
        let stopped = try await fixture.begin(["run-folder": "false", "epochs": "1"]) { $0.isStep(2) }
        #expect(stopped.stopped?.checkpoint == nil)
    }
}
