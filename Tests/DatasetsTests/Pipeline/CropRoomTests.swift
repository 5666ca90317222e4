import Datasets
import ImageFiles
import Tensors
import TestSupport
import Testing

/// Crops have room to move, or are refused; images are brought to the size that is asked for.
@Suite struct CropRoomTests {
    private let crop = Augmentation(crop: true, mirror: false, colour: false)

    private func digits(
        _ folder: TemporaryFolder, for network: Shape = [1, 28, 28], resize: Int?
    ) throws -> any ImageDataset {
        try IDXFixture.write(to: folder)
        var options = DatasetOptions()
        options.resize = resize
        return try DatasetSource(parsing: folder.path).open(inputShape: network, options: options)
    }

    /// Before any image is decoded, where memory is planned and where batches are made.
    @Test(arguments: [[1, 28, 28], [1, 32, 32], [3, 60, 60]] as [Shape]) func cropsWithoutRoomAreRefused(network: Shape) throws {
        let folder = try TemporaryFolder()
        let set = try digits(folder, resize: nil)
        let usual = [28: "--resize 32", 32: "--resize 36", 60: "--resize 68"][network[1]]!
        expectError(.usage, naming: "no room to move", "28 × 28", usual, "--random-resized-crop", "--no-crop") {
            _ = try BatchPipeline(set, .training, batchSize: 8, inputShape: network, augmentation: crop, seed: 0)
        }
        expectError(.usage, naming: "no room to move") {
            _ = try InputMemory(of: set, .training, batchSize: 8, inputShape: network, augmentation: crop, taken: 1)
        }
        #expect(throws: Never.self) {
            try BatchPipeline(set, .validation, batchSize: 8, inputShape: network, augmentation: crop, seed: 0)
        }
    }

    /// Where a network's rows are not as many as its columns, the shorter extent decides: it is what --resize is a size of. What is advised
    /// is followed.
    @Test(arguments: [([1, 32, 60], 36), ([1, 60, 32], 36), ([1, 20, 30], 23), ([1, 30, 20], 23)] as [(Shape, Int)])
    func theShorterExtentDecidesWhatSizeIsAdvised(network: Shape, usual: Int) throws {
        let folder = try TemporaryFolder()
        let set = try digits(folder, for: network, resize: nil)
        expectError(
            .usage, naming: "the images of \(set.name) are 28 × 28, and the network takes \(network[1]) × \(network[2])",
            "with --resize \(usual), take"
        ) {
            _ = try BatchPipeline(set, .training, batchSize: 8, inputShape: network, augmentation: crop, seed: 0)
        }
        let scaled = try digits(folder, for: network, resize: usual)
        #expect(throws: Never.self) {
            try BatchPipeline(scaled, .training, batchSize: 8, inputShape: network, augmentation: crop, seed: 0)
        }
    }

    @Test func rowsAreNamedBeforeColumns() throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder, rows: 20, columns: 28)
        let set = try IDXDataset(folder: folder.path)
        expectError(.usage, naming: "the images of \(set.name) are 20 × 28, and the network takes 24 × 32") {
            _ = try BatchPipeline(set, .training, batchSize: 8, inputShape: [1, 24, 32], augmentation: crop, seed: 0)
        }
    }

    @Test(arguments: [[1, 28, 20], [1, 20, 28]] as [Shape]) func roomInOneDirectionIsEnough(network: Shape) throws {
        let folder = try TemporaryFolder()
        let set = try digits(folder, for: network, resize: nil)
        #expect(throws: Never.self) {
            try BatchPipeline(set, .training, batchSize: 8, inputShape: network, augmentation: crop, seed: 0)
        }
    }

    /// Digits scaled from 28 to 32: windows of 28 lie at each of the 25 places.
    @Test func digitsThatAreScaledUpHaveRoom() throws {
        let folder = try TemporaryFolder()
        let set = try digits(folder, resize: 32)
        #expect(set.imageShape == [1, 32, 32])
        #expect(try set.identityBasis == IDXDataset(folder: folder.path).identityBasis)
        let normalisation = try IDXDataset(folder: folder.path).normalisation
        #expect(set.normalisation == normalisation)
        let pipeline = try BatchPipeline(set, .training, batchSize: 40, inputShape: [1, 28, 28], augmentation: crop, seed: 4)
        let whole = try (0..<40).map { try set.pixels($0) }
        var places: Set<[Int]> = []
        for epoch in 0..<5 {
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            let order = RandomSource(seed: 4, purpose: .shuffling).permutation(step: epoch, of: 40)
            for (row, example) in order.enumerated() {
                let window = batch.images[row * 784..<(row + 1) * 784].map {
                    Int((($0 * normalisation.standardDeviation[0] + normalisation.mean[0]) * 255).rounded())
                }
                let matches = (0...4).flatMap { top in (0...4).map { [top, $0] } }.filter { place in
                    (0..<784).allSatisfy { Int(whole[example][(place[0] + $0 / 28) * 32 + place[1] + $0 % 28]) == window[$0] }
                }
                #expect(matches.count == 1)
                places.formUnion(matches)
            }
        }
        #expect(places.count == 25)
    }

    @Test func everyKindOfDataIsBroughtToTheSize() throws {
        var options = DatasetOptions()
        options.resize = 90
        for data in ["synthetic:train=20,val=20", "synthetic:train=20,val=20,size=70", "synthetic:train=20,val=20,size=50"] {
            let set = try DatasetSource(parsing: data).open(inputShape: [3, 67, 67], options: options)
            #expect(set.imageShape == [3, 90, 90])
            #expect(try set.pixels(3).contains { $0 > 0 })
        }
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let photos = try DatasetSource(parsing: folder.path).open(inputShape: [3, 67, 67], options: options)
        #expect(photos.imageShape == [3, 90, 90])
        #expect(photos.name(of: 0, in: .training) == folder["train/Zebra/0.jpg"])
    }

    @Test func aSizeThatTheNetworkDoesNotFitIntoIsRefused() throws {
        var options = DatasetOptions()
        options.resize = 66
        for data in ["synthetic", "synthetic:size=100"] {
            expectError(.usage, naming: "--resize 66", "67 × 67", "--resize 67 or more") {
                _ = try DatasetSource(parsing: data).open(inputShape: [3, 67, 67], options: options)
            }
        }
        options.resize = 67
        #expect(throws: Never.self) { try DatasetSource.default.open(inputShape: [3, 67, 67], options: options) }
    }
}
