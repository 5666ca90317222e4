import Datasets
import ImageFiles
import Tensors
import TestSupport
import Testing

@Suite struct BatchPipelineTests {
    /// A set whose images say which they are: every pixel of image i is i, and image `bad` cannot be decoded.
    struct Numbered: ImageDataset {
        var count = 50
        var bad: Int?
        var size = 4
        let name = "numbered"
        let classNames = (0..<50).map(String.init)
        var imageShape: Shape { [1, size, size] }
        let normalisation = Normalisation(mean: [0], standardDeviation: [1 / 255])
        let isWorthCaching = true

        func exampleCount(_ split: Split) -> Int { count }
        func label(of index: Int, in split: Split) -> Int { index }
        func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
            if index == bad { throw .bad(path: "image \(index)", problem: "damaged", remedy: "remove it") }
            pixels.update(repeating: UInt8(index))
        }
    }

    private struct Copy: Equatable {
        let position: BatchPosition
        let count: Int
        let images: [Float]
        let labels: [Int32]

        init(_ batch: Batch) {
            position = batch.position
            count = batch.exampleCount
            images = Array(batch.images)
            labels = Array(batch.labels)
        }
    }

    private func copies(_ pipeline: BatchPipeline, _ count: Int) throws -> [Copy] {
        try (0..<count).map { _ in
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            return Copy(batch)
        }
    }

    private func synthetic() throws -> any ImageDataset {
        try DatasetSource(parsing: "synthetic:train=50,val=20").open(inputShape: [3, 20, 20])
    }

    @Test(arguments: [1, 2, 4], [0, 2 << 30, 60_000])
    func batchesDoNotDependOnThreadsNorOnTheCache(threads: Int, cacheBytes: Int) throws {
        let set = try synthetic()
        func pipeline(_ resources: BatchPipeline.Resources) throws -> BatchPipeline {
            try BatchPipeline(
                set, .training, batchSize: 8, inputShape: [3, 20, 20], augmentation: .all, seed: 5, resources: resources)
        }
        let reference = try copies(pipeline(.init(threads: 1, lookahead: 1)), 14)
        let other = try copies(pipeline(.init(threads: threads, lookahead: 3, cacheBytes: cacheBytes)), 14)
        #expect(other == reference)
        #expect(reference[0].images != reference[6].images)
    }

    @Test func anEpochShowsEveryExampleAtMostOnceInAnOrderOfItsOwn() throws {
        let pipeline = try BatchPipeline(Numbered(), .training, batchSize: 8, inputShape: [1, 4, 4], seed: 1)
        #expect(pipeline.batchesPerEpoch == 6)
        #expect(pipeline.examplesPerEpoch == 48)
        #expect(pipeline.batchShape == [8, 1, 4, 4])
        let batches = try copies(pipeline, 12)
        #expect(batches.map(\.position.epoch) == [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
        #expect(batches.map(\.position.batch) == [0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5])
        let epochs = [batches[..<6], batches[6...]].map { $0.flatMap(\.labels) }
        #expect(epochs.allSatisfy { Set($0).count == 48 })
        #expect(epochs[0] != epochs[1])
        for batch in batches {
            for row in 0..<8 { #expect(abs(batch.images[row * 16 + 5] - Float(batch.labels[row])) < 1e-4) }
        }
    }

    @Test func validationKeepsItsLastBatchAndItsOrder() throws {
        let pipeline = try BatchPipeline(
            Numbered(count: 21), .validation, batchSize: 8, inputShape: [1, 4, 4], augmentation: .all, seed: 1)
        let batches = try copies(pipeline, 6)
        #expect(pipeline.batchesPerEpoch == 3)
        #expect(pipeline.examplesPerEpoch == 21)
        #expect(batches.map(\.count) == [8, 8, 5, 8, 8, 5])
        #expect(batches[2].labels == [16, 17, 18, 19, 20, 0, 0, 0])
        #expect(batches[2].images[5 * 16..<8 * 16].allSatisfy { $0 == 0 })
        #expect(batches[0].images == batches[3].images)
    }

    @Test func aBatchLargerThanTheSetIsRefused() {
        expectError(.usage, naming: "a batch of 64", "50 training examples of numbered", "--batch-size to 50") {
            _ = try BatchPipeline(Numbered(), .training, batchSize: 64, inputShape: [1, 4, 4], seed: 1)
        }
    }

    @Test(arguments: [1, 3]) func positionResumesWhereARunLeftOff(threads: Int) throws {
        let set = try synthetic()
        func pipeline(_ start: BatchPosition) throws -> BatchPipeline {
            try BatchPipeline(
                set, .training, batchSize: 8, inputShape: [3, 20, 20], augmentation: .all, seed: 5, startingAt: start,
                resources: .init(threads: threads))
        }
        let whole = try copies(pipeline(BatchPosition(epoch: 0, batch: 0)), 14)
        let resumed = try pipeline(BatchPosition(epoch: 1, batch: 3))
        #expect(try copies(resumed, 2) == Array(whole[9..<11]))
        #expect(resumed.position == BatchPosition(epoch: 1, batch: 5))
        resumed.position = BatchPosition(epoch: 0, batch: 2)
        #expect(try copies(resumed, 3) == Array(whole[2..<5]))
    }

    @Test(arguments: [1, 2]) func theErrorOfABatchIsThrownInItsPlace(threads: Int) throws {
        let pipeline = try BatchPipeline(
            Numbered(bad: 19), .validation, batchSize: 8, inputShape: [1, 4, 4], seed: 1, resources: .init(threads: threads))
        #expect(try copies(pipeline, 2).map(\.position.batch) == [0, 1])
        for _ in 0..<2 {
            expectError(.badContent, naming: "image 19", "remove it") { _ = try pipeline.waitForNext() }
        }
        pipeline.position = BatchPosition(epoch: 1, batch: 0)
        #expect(try copies(pipeline, 1)[0].labels == Array(0..<8))
    }

    @Test func aBadImageIsNamedWhenColoursAreMeasured() throws {
        expectError(.badContent, naming: "image 19", "remove it") {
            _ = try BatchPipeline(
                Numbered(bad: 19), .training, batchSize: 8, inputShape: [1, 4, 4],
                augmentation: Augmentation(crop: false, mirror: false, colour: true), seed: 1, resources: .init(threads: 3))
        }
    }

    @Test func suspendedAndSleepingConsumersGetTheSameBatches() async throws {
        let set = try synthetic()
        let (awaited, waited) = (
            try BatchPipeline(set, .training, batchSize: 8, inputShape: [3, 20, 20], seed: 2),
            try BatchPipeline(set, .training, batchSize: 8, inputShape: [3, 20, 20], seed: 2)
        )
        for _ in 0..<8 {
            let batch = try await awaited.next()
            #expect(try [Copy(batch)] == copies(waited, 1))
            batch.release()
        }
    }

    /// The steady state lends the same few buffers again and again.
    @Test func buffersAreReused() throws {
        let pipeline = try BatchPipeline(
            Numbered(), .training, batchSize: 8, inputShape: [1, 4, 4], seed: 1, resources: .init(threads: 2, lookahead: 2))
        var places = Set<UnsafePointer<Float>>()
        for _ in 0..<60 {
            let batch = try pipeline.waitForNext()
            places.insert(batch.images.baseAddress!)
            batch.release()
        }
        #expect(places.count <= 4)
    }

    @Test func aBatchOutlivesItsPipeline() throws {
        var pipeline: BatchPipeline? = try BatchPipeline(Numbered(), .validation, batchSize: 8, inputShape: [1, 4, 4], seed: 1)
        let batch = try pipeline!.waitForNext()
        pipeline = nil
        #expect(batch.labels[7] == 7)
        batch.release()
    }
}
