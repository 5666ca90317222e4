import Datasets
import Tensors
import TestSupport
import Testing

@Suite struct InputMemoryTests {
    private let pixels = 3 * 73 * 73

    private func dataset() throws -> any ImageDataset {
        try DatasetSource(parsing: "synthetic:classes=4,train=100,val=12,size=73").open(inputShape: [3, 64, 64])
    }

    private func memory(
        _ resources: BatchPipeline.Resources, _ split: Split = .training, augmentation: Augmentation = .none, taken: Int
    ) throws -> InputMemory {
        try InputMemory(
            of: dataset(), split, batchSize: 8, inputShape: [3, 64, 64], augmentation: augmentation, resources: resources,
            taken: taken)
    }

    @Test func batchesAreThoseInUseAndThoseAhead() throws {
        let batch = 8 * (3 * 64 * 64 * 4 + 4)
        #expect(try memory(.init(threads: 1, lookahead: 2), taken: 1).batches == 4 * batch)
        #expect(try memory(.init(threads: 3, lookahead: 1), taken: 1).batches == 4 * batch)
        #expect(try memory(.init(threads: 3, lookahead: 4), taken: 1).batches == 7 * batch)
    }

    @Test func imagesAreThoseThatAreDecodedAndKept() throws {
        // Three batches are taken, and four are ahead.
        #expect(try memory(.init(), taken: 3).images == 7 * 8 * pixels)
        #expect(try memory(.init(), taken: 1000).images == 100 * pixels)
        #expect(try memory(.init(), .validation, taken: 1000).images == 12 * pixels)
        #expect(try memory(.init(cacheBytes: 50 * pixels), taken: 1000).images == 50 * pixels)
        #expect(try memory(.init(cacheBytes: 0), taken: 1000).images == 0)
    }

    /// Parts of files are decoded anew each epoch; images of one size are kept as they are.
    @Test func randomResizedCropsKeepWhatComesInOneSize() throws {
        let resized = Augmentation(crop: false, mirror: false, colour: true, randomResizedCrop: true)
        #expect(try memory(.init(), augmentation: resized, taken: 1000).images == 100 * pixels)
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let photos = try DatasetSource(parsing: folder.path).open(inputShape: [3, 64, 64])
        let memory = try InputMemory(
            of: photos, .training, batchSize: 2, inputShape: [3, 64, 64], augmentation: resized, taken: 1000)
        #expect(memory.images == 0)
        #expect(
            try memory.batches == InputMemory(of: photos, .training, batchSize: 2, inputShape: [3, 64, 64], taken: 1).batches)
    }

    @Test func imagesThatAreSeenOnceAreNotKept() throws {
        let folder = try TemporaryFolder()
        try folder.write("1.jpg", ImageFixture.jpeg())
        let images = try LooseImages(
            paths: [folder.path], height: 73, width: 73, window: (64, 64), normalisation: .imageNet)
        let memory = try InputMemory(of: images, .validation, batchSize: 1, inputShape: [3, 64, 64], taken: 1000)
        #expect(memory.images == 0)
    }

    /// The components of colour are those of all images of a small set, which are kept then.
    @Test func imagesThatAreSampledForTheirColourAreKept() throws {
        let colour = Augmentation(crop: false, mirror: false, colour: true)
        #expect(try memory(.init(), augmentation: colour, taken: 1).images == 100 * pixels)
        #expect(try memory(.init(), .validation, augmentation: colour, taken: 0).images == 12 * pixels)
        #expect(try memory(.init(cacheBytes: 50 * pixels), augmentation: colour, taken: 1).images == 50 * pixels)
    }
}
