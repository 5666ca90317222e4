import Foundation
import Testing

/// Every mistake ends with its own exit status and a sentence that names the place and the remedy.
@Suite struct BadInputTests {
    private func expect(
        _ arguments: [String], status: Int32, says wanted: String..., sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let run = try await CommandRun(arguments)
        #expect(run.status == status, "\(run.errors)", sourceLocation: sourceLocation)
        #expect(run.errors.hasPrefix("partrain: error: "), "\(run.errors)", sourceLocation: sourceLocation)
        for text in wanted {
            #expect(run.errors.contains(text), "\(text) is missing in: \(run.errors)", sourceLocation: sourceLocation)
        }
    }

    private let quick = ["--batch-size", "8", "--steps", "2"]

    // MARK: Data

    @Test func aTruncatedIDXFile() async throws {
        let folder = try BadDataFolder()
        try folder.writeIDX()
        try folder.write("train-images-idx3-ubyte", Array(BadDataFolder.idx([32, 28, 28]).dropLast(100)))
        try await expect(
            ["--data", folder.path, "--model", "lenet5"] + quick, status: 65, says: "train-images-idx3-ubyte", "byte")
    }

    @Test func anIDXFileThatLies() async throws {
        let folder = try BadDataFolder()
        try folder.writeIDX()
        try folder.write("train-labels-idx1-ubyte", BadDataFolder.idx([31]))
        try await expect(
            ["--data", folder.path, "--model", "lenet5"] + quick, status: 65, says: "train-labels-idx1-ubyte", "31", "32")
    }

    @Test func halfAJPEG() async throws {
        let folder = try BadDataFolder()
        try folder.writePhotos()
        let whole = BadDataFolder.jpeg(shade: 3)
        try folder.write("train/dog/3.jpg", Array(whole[..<(whole.count / 2)]))
        try await expect(["--data", folder.path, "--epochs", "1", "--batch-size", "8"], status: 65, says: "train/dog/3.jpg")
    }

    @Test func anEmptyClassFolder() async throws {
        let folder = try BadDataFolder()
        try folder.writePhotos()
        try folder.makeFolder("train/eel")
        try folder.makeFolder("val/eel")
        try await expect(["--data", folder.path] + quick, status: 65, says: "train/eel")
    }

    @Test func anImageOfAKindThatIsNotRead() async throws {
        let folder = try BadDataFolder()
        try folder.writePhotos()
        try folder.write("train/cat/0.jpg", Array("II*\0 this is a TIFF".utf8))
        try await expect(
            ["--data", folder.path, "--epochs", "1", "--batch-size", "8"], status: 65, says: "train/cat/0.jpg",
            "no kind that is read",
            "convert it to PNG")
    }

    @Test func aPathWithNothingAtIt() async throws {
        try await expect(["--data", "/nowhere/data"], status: 66, says: "/nowhere/data", "--data synthetic")
    }

    // MARK: Numbers and names

    @Test func anUnknownModel() async throws {
        try await expect(["--model", "alexnt"], status: 64, says: "alexnt", "did you mean alexnet")
    }

    @Test(arguments: [["train"], ["topology"], ["program"]])
    func noDevices(command: [String]) async throws {
        try await expect(command + ["--devices", "0"], status: 64, says: "--devices 0", "at least 1")
    }

    @Test func aBatchSmallerThanTheDevices() async throws {
        try await expect(
            ["--mode", "data", "--devices", "4", "--batch-size", "3"], status: 64, says: "batch of 3", "4 devices", "at least 4")
    }

    @Test func channelsThatDoNotDivide() async throws {
        try await expect(["--mode", "model", "--devices", "7"], status: 64, says: "7 devices", "conv1", "mode data")
    }

    @Test func aValueThatIsNoNumber() async throws {
        try await expect(["--epochs", "ten"], status: 64, says: "--epochs ten", "a whole number")
    }

    @Test func anUnknownFlag() async throws {
        try await expect(["--epoch", "1"], status: 64, says: "--epoch")
    }

    @Test func moreCoresThanThereAre() async throws {
        try await expect(["--cores-per-device", "100000"], status: 64, says: "100000", "topology")
    }

    @Test func aDeviceThatIsNotThere() async throws {
        try await expect(["program", "--devices", "2", "--device", "2"], status: 64, says: "--device 2", "0 to 1")
    }

    // MARK: Configuration files

    @Test func anUnknownKey() async throws {
        let folder = try BadDataFolder()
        try folder.write("run.yaml", Array("mode: data\nbatchsize: 32\n".utf8))
        try await expect(
            ["--config", folder.path + "/run.yaml"], status: 65, says: "run.yaml, line 2", "batchsize", "did you mean batch-size?"
        )
    }

    @Test func aValueOfTheWrongType() async throws {
        let folder = try BadDataFolder()
        try folder.write("run.yaml", Array("epochs: many\n".utf8))
        try await expect(
            ["--config", folder.path + "/run.yaml"], status: 65, says: "run.yaml, line 1: epochs: many", "whole number")
    }

    @Test func aMissingFile() async throws {
        try await expect(["--config", "/nowhere/run.yaml"], status: 66, says: "/nowhere/run.yaml", "--config")
    }

    // MARK: Learning

    @Test func aLossThatRunsAway() async throws {
        try await expect(
            ["--steps", "20", "--learning-rate", "1e30", "--data", "synthetic:train=64,val=16", "--batch-size", "16"], status: 70,
            says: "step", "--learning-rate")
    }
}
