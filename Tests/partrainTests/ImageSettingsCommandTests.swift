import Foundation
import Testing

/// Settings of images as they are typed: refused where they would do nothing, with advice that works.
@Suite struct ImageSettingsCommandTests {
    private static let lenet = ["--model", "lenet5", "--kernels", "standard", "--mode", "single", "--batch-size", "4"]

    /// What is said of crops that have no room is followed to the letter.
    @Test func cropsOfDigitsNeedRoom() async throws {
        let place = try BadDataFolder()
        try place.writeIDX()
        let flags = Self.lenet + ["--data", place.path, "--steps", "1"]
        let refused = try await CommandRun(flags + ["--crop", "--run", "runs/a"], in: place.path)
        #expect(refused.status == 64 && refused.errors.contains("no room to move"), "\(refused.errors)")
        #expect(!FileManager.default.fileExists(atPath: place.path + "/runs"))
        let ways = [["--crop", "--resize", "32"], ["--random-resized-crop"], ["--no-crop"]]
        for way in ways {
            for part in way where part != "--crop" { #expect(refused.errors.contains(part), "\(refused.errors)") }
            let run = try await CommandRun(flags + way + ["--no-run-folder"])
            #expect(run.status == 0, "\(way): \(run.errors)")
            let said =
                way.first == "--random-resized-crop"
                ? "random resized crop · seed" : way.first == "--crop" ? "crop · seed" : "no augmentation"
            #expect(run.output.contains(said), "\(run.output)")
        }
        let both = try await CommandRun(flags + ["--crop", "--random-resized-crop"])
        #expect(both.status == 64 && both.errors.contains("both are given"), "\(both.errors)")
    }

    @Test func aSizeHasBounds() async throws {
        let place = try BadDataFolder()
        try place.writePhotos()
        let flags = Self.lenet + ["--data", place.path, "--steps", "1", "--no-run-folder"]
        let small = try await CommandRun(flags + ["--resize", "27"])
        #expect(small.status == 64 && small.errors.contains("give --resize 28 or more"), "\(small.errors)")
        #expect(try await CommandRun(flags + ["--resize", "28"]).status == 0)
        let large = try await CommandRun(flags + ["--resize", "4097"])
        #expect(
            large.status == 64 && large.errors.contains("--resize 4097") && large.errors.contains("at most 4096"),
            "\(large.errors)")
        let shown = try await CommandRun(["--model", "alexnet-torchvision", "--data", place.path, "--print-config"])
        #expect(shown.output.contains("resize: 256\ncrop: true\nrandom-resized-crop: false\n"), "\(shown.output)")
    }

    /// A run keeps what it began with, and predictions see images as it did.
    @Test func whatWasTrainedWithIsKept() async throws {
        let place = try BadDataFolder()
        try place.writePhotos()
        let begun = try await CommandRun(
            Self.lenet + ["--data", place.path, "--steps", "2", "--resize", "60", "--random-resized-crop", "--run", "runs/a"],
            in: place.path)
        #expect(begun.status == 0, "\(begun.errors)")
        for other in [["--resize", "61"], ["--no-random-resized-crop"], ["--crop"]] {
            let run = try await CommandRun(["--resume", "runs/a", "--steps", "3"] + other, in: place.path)
            #expect(run.status == 64 && run.errors.contains("a run that goes on learns as it began"), "\(run.errors)")
        }
        let longer = try await CommandRun(["--resume", "runs/a", "--steps", "3"], in: place.path)
        #expect(longer.status == 0, "\(longer.errors)")
        let checkpoint = place.path + "/runs/a/checkpoints/step-00000003.safetensors"
        func answers(_ arguments: [String]) async throws -> [Substring] {
            let run = try await CommandRun(
                ["predict", "--init-from", checkpoint, "--mode", "single", "--output", "out.csv"] + arguments, in: place.path)
            #expect(run.status == 0, "\(run.errors)")
            return try String(contentsOfFile: place.path + "/out.csv", encoding: .utf8).split(separator: "\n").map {
                $0[$0.index(after: $0.firstIndex(of: ",")!)...].split(
                    separator: ",", maxSplits: 1, omittingEmptySubsequences: false)[1]
            }
        }
        let usual = try await answers([])
        #expect(usual.count == 9)
        #expect(try await answers(["--resize", "60"]) == usual)
        #expect(try await answers([place.path + "/val"]) == usual)
        #expect(try await answers(["--resize", "28"]) != usual)
    }
}
