import Checkpoints
import Configuration
import Datasets
import Foundation
import ModelZoo
import Networks
import Tensors
import Testing
import Topology
import Training

/// Weights see pixels as they saw them when they were learnt, whatever data they are given later: what an epoch of other digits would be
/// centred on belongs to those.
@Suite struct RecordedPixelsTests {
    /// Digits of dark pixels, from which LeNet-5 learns, others of all shades, and the checkpoint that comes of it.
    private struct Case {
        let dark: IDXFolder
        let bright: IDXFolder
        let fixture: RunFixture
        let checkpoint: String

        init() async throws {
            (dark, bright, fixture) = (try IDXFolder(values: 50), try IDXFolder(), try RunFixture())
            let outcome = try await fixture.run([
                "model": "lenet5", "kernels": "standard", "mode": "single", "data": dark.path, "batch-size": "8", "steps": "2",
                "run": "a",
            ])
            #expect(outcome.finished?.steps == 2)
            checkpoint = fixture.path + "/a/checkpoints/step-00000002.safetensors"
        }

        /// Takes entries away from the checkpoint's metadata, as if an older release had saved it, and changes others.
        func rewrite(_ change: (inout [String: String]) -> Void) throws {
            var saved = try Checkpoint(path: checkpoint)
            change(&saved.metadata)
            try CheckpointFolder(path: fixture.path + "/a/checkpoints").save(saved)
        }

        func resumed(_ settings: [String: String] = [:]) throws -> TrainingPreparation {
            try fixture.prepare(
                ["resume": checkpoint, "allow-changed-data": "true", "run-folder": "false", "steps": "3"].merging(settings) { $1 }
            ).preparation
        }
    }

    private func scores(
        _ checkpoint: String, images: [String] = [], _ given: [(name: String, value: String)]
    ) async throws -> [Float] {
        let predictor = try Predictor(
            weights: checkpoint, images: images, given: GivenSetting.flags([("mode", "single")] + given), on: Machine.discover())
        var scores: [Float] = []
        try await predictor.run(report: { scores += $0.scores })
        return scores
    }

    private func seen(_ pixels: [UInt8], _ moments: (mean: Double, deviation: Double)) -> [Float] {
        pixels.map { Float((Double($0) / 255 - moments.mean) / moments.deviation) }
    }

    @Test func predictionsCentrePixelsAsTrainingDid() async throws {
        let run = try await Case()
        let path = run.fixture.path + "/images.safetensors"
        let images = HostTensor([12, 1, 28, 28], seen(run.bright.validation, run.dark.moments))
        try SafeTensorsFile.write([("images", images)], to: path)
        let expected = try await scores(run.checkpoint, images: [path], [])
        let given = try await scores(run.checkpoint, [("data", run.bright.path)])
        #expect(expected.count == 48 && zip(expected, given).allSatisfy { abs($0 - $1) < 1e-4 })
        // By the moments of the folder at hand it would have been something else.
        let other = HostTensor([12, 1, 28, 28], seen(run.bright.validation, run.bright.moments))
        try SafeTensorsFile.write([("images", other)], to: path)
        let wrong = try await scores(run.checkpoint, images: [path], [])
        #expect(zip(wrong, given).contains { abs($0 - $1) > 1e-2 })
    }

    @Test func aRunThatGoesOnCentresPixelsAsItBegan() async throws {
        let run = try await Case()
        let preparation = try run.resumed(["data": run.bright.path])
        let input = try TrainingInput(preparation)
        let order = RandomSource(seed: 0, purpose: .shuffling).permutation(step: 0, of: 40)
        let batch = try input.training.waitForNext()
        let examples = order[16..<24].flatMap { run.bright.training[$0 * 784..<($0 + 1) * 784] }
        let expected = seen(Array(examples), run.dark.moments)
        #expect(zip(batch.images, expected).allSatisfy { abs($0 - $1) < 1e-5 })
        batch.release()
        let evaluated = try #require(try input.validation?.waitForNext())
        let validation = seen(Array(run.bright.validation[..<(8 * 784)]), run.dark.moments)
        #expect(zip(evaluated.images, validation).allSatisfy { abs($0 - $1) < 1e-5 })
        evaluated.release()
        // And it is recorded again.
        let before = try SafeTensorsFile(path: run.checkpoint).metadata
        let longer = try await run.fixture.run([
            "resume": "auto", "run": "a", "allow-changed-data": "true", "steps": "3", "data": run.bright.path,
        ])
        #expect(longer.finished?.steps == 3)
        let after = try SafeTensorsFile(path: run.fixture.path + "/a/checkpoints/step-00000003.safetensors").metadata
        for key in ["data.mean", "data.standard_deviation"] {
            #expect(after[key] == before[key] && before[key] != nil)
        }
    }

    @Test func anOlderReleasesCheckpointIsTakenWithAWord() async throws {
        let run = try await Case()
        try run.rewrite { metadata in
            for key in ["data.mean", "data.standard_deviation"] { #expect(metadata.removeValue(forKey: key) != nil) }
        }
        let says = "does not tell what pixels were centred on and divided by"
        let predictor = try Predictor(
            weights: run.checkpoint, given: GivenSetting.flags([("data", run.bright.path)]), on: Machine.discover())
        #expect(predictor.notices.contains { $0.contains(says) && $0.contains(run.checkpoint) }, "\(predictor.notices)")
        let preparation = try run.resumed()
        #expect(preparation.warnings.contains { $0.contains(says) }, "\(preparation.warnings)")
        let batch = try TrainingInput(preparation).training.waitForNext()
        defer { batch.release() }
        let example = RandomSource(seed: 0, purpose: .shuffling).permutation(step: 0, of: 40)[16]
        let expected = seen(Array(run.dark.training[example * 784..<(example + 1) * 784]), run.dark.moments)
        #expect(zip(batch.images, expected).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    /// What a file of weights says that pixels are centred on and divided by is taken, unless it cannot be.
    @Test(arguments: [
        ("0.25", "0.5", true), ("1e6", "1e6", true), ("-1e6", "1e-6", true), ("0 0 0", "1 1 1", true),
        ("1000001", "1", false), ("-1000001", "1", false), ("0", "1000001", false), ("0", "9e-7", false), ("0", "-1", false),
        ("nan", "1", false), ("0", "nan", false), ("0 0", "1 1", false), ("0 0 0 0", "1 1 1 1", false), ("0", "1 1 1", false),
        ("0 0 0", "1", false), ("0 x", "1 1", false), ("", "", false),
    ]) func onlyNumbersThatCanBeAreTaken(mean: String, deviation: String, isTaken: Bool) throws {
        let digits = try IDXFolder()
        let fixture = try RunFixture()
        let path = fixture.path + "/weights.safetensors"
        let parameters = try ModelZoo.network(named: "lenet5", classes: 4).graph(batchSize: 1, purpose: .training).parameters
        try SafeTensorsFile.write(
            parameters.map { ($0.name, HostTensor(zeros: $0.shape)) },
            metadata: ["data.mean": mean, "data.standard_deviation": deviation], to: path)
        let given = try GivenSetting.flags([("model", "lenet5"), ("data", digits.path), ("mode", "single")])
        let notices = try Predictor(weights: path, given: given, on: Machine.discover()).notices
        let says = "\(path) does not tell what pixels were centred on"
        #expect(notices.contains { $0.contains(says) } == !isTaken, "\(notices)")
    }

    /// What an older release did not write of its images' size follows from the images that it recorded.
    @Test func anOlderReleasesSizeIsKept() async throws {
        let fixture = try RunFixture()
        _ = try await fixture.begin(["steps": "1", "run": "a", "mode": "single", "kernels": "standard"])
        let path = fixture.path + "/a/checkpoints/step-00000001.safetensors"
        var saved = try Checkpoint(path: path)
        #expect(saved.metadata["data.image_shape"] == "3 32 32")
        saved.metadata["data.image_shape"] = "3 40 40"
        let lines = try #require(saved.metadata["configuration"]).split(separator: "\n")
        let kept = lines.filter { !$0.hasPrefix("resize:") && !$0.hasPrefix("random-resized-crop:") }
        #expect(lines.count - kept.count == 2)
        saved.metadata["configuration"] = kept.joined(separator: "\n") + "\n"
        try CheckpointFolder(path: fixture.path + "/a/checkpoints").save(saved)
        let point = try ResumePoint(path, run: nil, runs: fixture.path)
        #expect((point.configuration.resize, point.configuration.randomResizedCrop) == (40, false))
        #expect(try Predictor(weights: path, given: [], on: Machine.discover()).configuration.resize == 40)
    }
}
