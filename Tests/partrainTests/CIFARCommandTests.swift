import Foundation
import Fuzzing
import Testing

/// CIFAR sets given to the program, from the data to the weights.
@Suite struct CIFARCommandTests {
    private static let quick = [
        "--model", "lenet5", "--kernels", "standard", "--mode", "single", "--batch-size", "4", "--learning-rate", "0.01",
    ]
    private static let augmented = [
        "--pad-crop", "4", "--pad-mode", "reflect", "--flip", "alternating", "--cutout", "8", "--colour",
    ]

    /// Fifteen training images, and the archive of the same.
    private func place() throws -> BadDataFolder {
        let place = try BadDataFolder()
        let files = CIFARBytes.cifar10 { $0 == 6 ? 4 : 3 }
        for (name, bytes) in files { try place.write("set/\(name)", bytes) }
        try place.write("set.tar", CIFARBytes.archive(files, in: "cifar-10-batches-bin"))
        return place
    }

    private func run(_ arguments: [String], in place: BadDataFolder, status: Int32 = 0) async throws -> CommandRun {
        let run = try await CommandRun(arguments, in: place.path)
        #expect(run.status == status, "\(run.errors)")
        return run
    }

    private func weights(_ run: CommandRun) throws -> String {
        try #require(try run.jsonLines().last?["weights_sha256"] as? String)
    }

    /// By the same draws: of the padding, the mirrors and the squares, within an epoch and in the next. Where the data lie does not matter.
    @Test func anAugmentedRunGoesOnToTheSameWeights() async throws {
        let place = try place()
        let flags = Self.quick + Self.augmented + ["--json"]
        let whole = try await weights(run(flags + ["--data", "set", "--steps", "8", "--no-run-folder"], in: place))
        _ = try await run(
            flags + ["--data", "set.tar", "--steps", "4", "--run", "a", "--learning-rate-schedule", "constant"], in: place)
        let constant = try await weights(
            run(flags + ["--data", "set", "--steps", "8", "--no-run-folder", "--learning-rate-schedule", "constant"], in: place))
        let gone = try await run(
            ["--resume", "runs/a", "--data", "set", "--steps", "8", "--json", "--input-threads", "2"], in: place)
        #expect(try weights(gone) == constant && constant != whole)
        let predicted = try await run(["predict", "--init-from", "runs/a/checkpoints/step-00000008.safetensors"], in: place)
        #expect(predicted.output.contains("4 images"), "\(predicted.output)")
        let archived = try await run(
            ["predict", "--init-from", "runs/a/checkpoints/step-00000008.safetensors", "--data", "set.tar"], in: place)
        #expect(archived.output == predicted.output)
    }

    @Test func theRunSaysWhatIsDone() async throws {
        let place = try place()
        let run = try await run(
            Self.quick + Self.augmented + ["--data", "set.tar", "--steps", "1", "--no-run-folder"], in: place)
        #expect(run.output.contains("CIFAR images in set.tar · 15 training, 4 validation"), "\(run.output)")
        #expect(
            run.output.contains("pad 4 by reflection and crop, alternating mirror, colour, cutout 8 · seed"), "\(run.output)")
    }

    @Test func mistakesEndWithASentence() async throws {
        let place = try place()
        let flags = Self.quick + ["--data", "set.tar", "--steps", "1", "--no-run-folder"]
        for (given, said) in [
            (["--cutout", "29"], "give --cutout 28 or less"), (["--pad-crop", "32", "--pad-mode", "reflect"], "--pad-crop 31"),
            (["--coarse-labels"], "CIFAR-10, which has one label"), (["--crop", "--pad-crop", "4"], "both are given"),
            (["--flip", "alternating", "--no-mirror"], "which images are mirrored"),
            (["--pad-mode", "reflect"], "nothing is padded"),
        ] {
            let refused = try await self.run(flags + given, in: place, status: 64)
            #expect(refused.errors.contains(said), "\(refused.errors)")
        }
        try FileManager.default.removeItem(atPath: place.path + "/set/data_batch_4.bin")
        let missing = try await self.run(
            Self.quick + ["--data", "set", "--steps", "1", "--no-run-folder"], in: place, status: 66)
        #expect(missing.errors.contains("data_batch_4.bin"), "\(missing.errors)")
        try place.write("set.tar", [1, 2, 3])
        let bad = try await self.run(flags, in: place, status: 65)
        #expect(bad.errors.contains("set.tar, byte 3") && bad.errors.contains("no tar archive"), "\(bad.errors)")
    }
}
