import Datasets
import ImageFiles
import Tensors
import TestSupport
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

    /// Where a network's rows are not as many as its columns, neither stand for the other: not in what is stored, nor in what is advised.
    @Test(arguments: [([3, 32, 65], [3, 36, 73]), ([3, 65, 32], [3, 73, 36])] as [(Shape, Shape)])
    func syntheticImagesHaveRoomForBothExtents(input: Shape, stored: Shape) throws {
        #expect(try DatasetSource.default.open(inputShape: input).imageShape == stored)
        expectError(
            .usage, naming: "size=50 is smaller than the network's \(input[1]) × \(input[2])", "give size=73, or leave it out"
        ) {
            _ = try DatasetSource(parsing: "synthetic:size=50").open(inputShape: input)
        }
        // Just large enough, and as advised.
        for size in [65, 73] {
            let set = try DatasetSource(parsing: "synthetic:size=\(size)").open(inputShape: input)
            #expect(set.imageShape == [3, size, size])
        }
    }

    @Test func everyKindOfDataIsBroughtToTheNetworksProportion() throws {
        var options = DatasetOptions()
        options.resize = 40
        let (digits, photos) = (try TemporaryFolder(), try TemporaryFolder())
        try IDXFixture.write(to: digits)
        try ImageFixture.write(to: photos)
        for (data, channels) in [("synthetic", 3), ("synthetic:size=70", 3), (digits.path, 1), (photos.path, 3)] {
            let source = try DatasetSource(parsing: data)
            let (wide, high) = (
                try source.open(inputShape: [3, 32, 65], options: options),
                try source.open(inputShape: [3, 65, 32], options: options)
            )
            #expect(wide.imageShape == [channels, 40, 81], "\(data)")
            #expect(high.imageShape == [channels, 81, 40], "\(data)")
        }
    }

    /// Photos of 40 × 50 pixels, of which the centre of 32 is not that of 65 to the pixel.
    @Test(arguments: [([3, 32, 65], [3, 36, 73]), ([3, 65, 32], [3, 73, 36])] as [(Shape, Shape)])
    func photosAreCutAtTheCentreOfTheNetworksWindow(input: Shape, stored: Shape) throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        func photo(_ window: (height: Int, width: Int)) throws -> [UInt8] {
            try ImageFolderDataset(folder: folder.path, height: stored[1], width: stored[2], window: window).pixels(0)
        }
        let set = try DatasetSource(parsing: folder.path).open(inputShape: input)
        #expect(set.imageShape == stored)
        let shown = try set.pixels(0)
        #expect(try shown == photo((input[1], input[2])))
        #expect(try shown != photo((input[2], input[1])))
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
        for name in ["set.zip", "set.TAR.xz", "set.7z"] {
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

    /// A number of classes is written down only where the program's own images would have more than the network can tell apart.
    @Test func asManyClassesAsThereAreAreNotWrittenDown() {
        let usual = SyntheticDataset.Options().classes
        #expect(DatasetSource.text("synthetic", mostClasses: usual) == "synthetic")
        #expect(DatasetSource.text("synthetic", mostClasses: usual - 1) == "synthetic:classes=\(usual - 1)")
        #expect(DatasetSource.text("synthetic:seed=4", mostClasses: 3) == "synthetic:classes=3,seed=4")
        #expect(DatasetSource.text("synthetic:classes=9", mostClasses: 3) == "synthetic:classes=9")
    }
}
