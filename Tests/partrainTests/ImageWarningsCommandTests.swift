import Foundation
import Glibc
import Testing

/// An image that is read although its file is not in order is named, however a command ends.
@Suite struct ImageWarningsCommandTests {
    private let place: BadDataFolder
    private static let small = ["--model", "alexnet-small", "--kernels", "standard", "--mode", "single", "--batch-size", "4"]

    /// Of the cats, in training and validation, the first has a density of zero in its header.
    init() throws {
        place = try BadDataFolder()
        try place.writePhotos()
        let sound = BadDataFolder.jpeg(shade: 3)
        for split in ["train", "val"] {
            try place.write("\(split)/cat/0.jpg", sound[..<11] + [0, 0] + Array(sound[13...]))
        }
    }

    @Test func aRunThatIsStoppedNamesThem() async throws {
        let (reading, end) = Child.pipe()
        let child = try Child(
            ["--data", place.path, "--steps", "1000000", "--json", "--evaluate-every", "1"] + Self.small, in: place.path,
            streams: [.path("/dev/null"), .descriptor(end), .path(place.path + "/errors")], reading: reading)
        close(end)
        try await child.wait { $0.contains("\"event\":\"epoch\"") }
        child.send(SIGTERM)
        #expect(try await child.end() == 128 + SIGTERM)
        let stopped = try #require(child.text.split(separator: "\n").last { $0.contains("\"event\":\"stopped\"") })
        #expect(stopped.contains("\"images_with_warnings\":2"), "\(stopped)")
        #expect(stopped.contains("train/cat/0.jpg") && stopped.contains("val/cat/0.jpg"), "\(stopped)")
    }

    @Test func aPersonWhoStopsARunReadsThem() async throws {
        let child = try Child(
            ["--data", place.path, "--steps", "1000000"] + Self.small, in: place.path,
            streams: [.path("/dev/null"), .path(place.path + "/output"), .path(place.path + "/errors")])
        try await waitForEpoch()
        child.send(SIGTERM)
        #expect(try await child.end() == 128 + SIGTERM)
        let errors = try String(contentsOfFile: place.path + "/errors", encoding: .utf8)
        #expect(errors.contains("is not in order") && errors.contains("train/cat/0.jpg"), "\(errors)")
    }

    @Test func aPredictionNamesThem() async throws {
        let training = try await CommandRun(["--data", place.path, "--steps", "1", "--run", place.path + "/run"] + Self.small)
        try #require(training.status == 0, "\(training.errors)")
        let weights = ["predict", "--mode", "single", "--init-from", place.path + "/run/checkpoints/step-00000001.safetensors"]
        for images in [[], [place.path + "/val"], ["--json"]] {
            let run = try await CommandRun(weights + images)
            #expect(run.status == 0, "\(run.errors)")
            #expect(run.errors.contains("is not in order") && run.errors.contains("val/cat/0.jpg"), "\(images): \(run.errors)")
        }
    }

    /// Waits until the program has written of an epoch, whose images have all been read then.
    private func waitForEpoch() async throws {
        for _ in 0..<6000 {
            let output = (try? String(contentsOfFile: place.path + "/output", encoding: .utf8)) ?? ""
            // Shares are first told at the end of an epoch.
            if output.contains(" %") { return }
            try await Task.sleep(for: .milliseconds(10))
        }
    }
}
