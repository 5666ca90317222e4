import Datasets
import Tensors
import Testing

@Suite struct DatasetSourceTests {
    @Test func syntheticOptionsAreRead() throws {
        let set = try DatasetSource(parsing: "synthetic:classes=30,size=80,train=100,val=50,seed=9,difficulty=hard")
            .open(inputShape: [3, 67, 67])
        #expect(set.classCount == 30)
        #expect(set.imageShape == [3, 80, 80])
        #expect(set.exampleCount(.training) == 100)
        #expect(set.exampleCount(.validation) == 50)
        #expect(try DatasetSource(parsing: "synthetic") == .default)
    }

    @Test(arguments: [(227, 256), (67, 76), (224, 256), (32, 36), (28, 32)]) func imagesLeaveRoomForCrops(
        crop: Int, stored: Int
    ) throws {
        #expect(try DatasetSource.default.open(inputShape: [3, crop, crop]).imageShape == [3, stored, stored])
    }

    /// The shorter side is the one that is brought to the size asked for.
    @Test func imagesAreStoredInTheNetworksProportion() throws {
        #expect(try DatasetSource.storedShape(forInput: [3, 32, 64], resize: 40) == [3, 40, 80])
        #expect(try DatasetSource.storedShape(forInput: [1, 64, 32], resize: 40) == [1, 80, 40])
        #expect(try DatasetSource.storedShape(forInput: [3, 48, 24], resize: nil) == [3, 54, 27])
        expectError(.usage, naming: "--resize 31", "32 × 64", "--resize 32") {
            _ = try DatasetSource.storedShape(forInput: [3, 32, 64], resize: 31)
        }
    }

    @Test func foldersAreRecognised() throws {
        let idx = try TemporaryFolder()
        try IDXFixture.write(to: idx, gzip: true)
        #expect(try DatasetSource(parsing: idx.path) == .idx(folder: idx.path))
        #expect(try DatasetSource(parsing: idx.path).open(inputShape: [1, 28, 28]).imageShape == [1, 28, 28])
        let photos = try TemporaryFolder()
        try ImageFixture.write(to: photos)
        #expect(try DatasetSource(parsing: photos.path) == .imageFolder(folder: photos.path))
        #expect(try DatasetSource(parsing: photos.path).open(inputShape: [3, 28, 28]).imageShape == [3, 32, 32])
    }

    @Test func mistakesAreNamedWithARemedy() throws {
        let folder = try TemporaryFolder()
        try folder.write("file", [1])
        expectError(.missingInput, naming: folder["none"], "does not exist", "synthetic") {
            _ = try DatasetSource(parsing: folder["none"])
        }
        for name in ["set.zip", "set.TAR.gz", "set.7z"] {
            try folder.write(name, [1])
            expectError(.badContent, naming: folder[name], "archive", "unpack it") {
                _ = try DatasetSource(parsing: folder[name])
            }
        }
        expectError(.missingInput, naming: "syntetic", "did you mean synthetic?") { _ = try DatasetSource(parsing: "syntetic") }
        expectError(.missingInput, naming: "empty path", "synthetic") { _ = try DatasetSource(parsing: "") }
        expectError(.badContent, naming: folder["file"], "no folder", "give a folder") {
            _ = try DatasetSource(parsing: folder["file"])
        }
        expectError(.badContent, naming: folder.path, "train-images-idx3-ubyte", "val/CLASS") {
            _ = try DatasetSource(parsing: folder.path)
        }
        expectError(.usage, naming: "clases", "did you mean classes?") { _ = try DatasetSource(parsing: "synthetic:clases=3") }
        expectError(.usage, naming: "zzz", "classes, size, train") { _ = try DatasetSource(parsing: "synthetic:zzz=3") }
        expectError(.usage, naming: "classes", "classes=VALUE") { _ = try DatasetSource(parsing: "synthetic:classes") }
        expectError(.usage, naming: "classes=many", "whole number") { _ = try DatasetSource(parsing: "synthetic:classes=many") }
        expectError(.usage, naming: "train=0", "from 1 to 10000000") { _ = try DatasetSource(parsing: "synthetic:train=0") }
        expectError(.usage, naming: "difficulty=odd", "easy, normal, hard") {
            _ = try DatasetSource(parsing: "synthetic:difficulty=odd")
        }
        expectError(.usage, naming: "size=32", "67 × 67", "size=76") {
            _ = try DatasetSource(parsing: "synthetic:size=32").open(inputShape: [3, 67, 67])
        }
    }
}
