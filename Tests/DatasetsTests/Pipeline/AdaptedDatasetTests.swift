import Datasets
import ImageFiles
import Tensors
import TestSupport
import Testing

@Suite struct AdaptedDatasetTests {
    /// Images of one value per channel.
    struct Flat: ImageDataset {
        var imageShape: Shape
        var values: [UInt8] = [200, 100, 50]
        let name = "flat"
        let classNames = ["a", "b"]
        let isWorthCaching = false
        var normalisation: Normalisation {
            Normalisation(
                mean: Array([0.1, 0.2, 0.3][..<imageShape[0]]), standardDeviation: Array([0.4, 0.5, 0.6][..<imageShape[0]]))
        }

        func exampleCount(_ split: Split) -> Int { 4 }
        func label(of index: Int, in split: Split) -> Int { 0 }
        func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
            let plane = imageShape[1] * imageShape[2]
            for i in pixels.indices { pixels[i] = values[i / plane] }
        }
    }

    @Test func smallDifferencesArePaddedWithZeros() throws {
        let pixels = try AdaptedDataset(Flat(imageShape: [1, 28, 28]), to: [1, 32, 32]).pixels(0)
        for y in 0..<32 {
            for x in 0..<32 {
                let inside = (2..<30).contains(y) && (2..<30).contains(x)
                #expect(pixels[y * 32 + x] == (inside ? 200 : 0))
            }
        }
    }

    /// Rows are not as many as columns, and every pixel has its own value.
    private struct Numbered: ImageDataset {
        let imageShape: Shape = [3, 5, 9]
        let name = "numbered"
        let classNames = ["a"]
        let isWorthCaching = false
        let normalisation = Normalisation(mean: [0, 0, 0], standardDeviation: [1, 1, 1])

        func exampleCount(_ split: Split) -> Int { 1 }
        func label(of index: Int, in split: Split) -> Int { 0 }
        func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
            for i in pixels.indices { pixels[i] = UInt8(i + 1) }
        }
    }

    @Test func everyPixelIsPaddedToItsPlace() throws {
        let pixels = try AdaptedDataset(Numbered(), to: [3, 8, 13]).pixels(0)
        for place in pixels.indices {
            let (channel, y, x) = (place / 104, place / 13 % 8 - 1, place % 13 - 2)
            let isInside = (0..<5).contains(y) && (0..<9).contains(x)
            #expect(Int(pixels[place]) == (isInside ? channel * 45 + y * 9 + x + 1 : 0), "channel \(channel), \(y), \(x)")
        }
    }

    @Test(arguments: [[1, 64, 64], [1, 20, 20], [1, 37, 28]] as [Shape]) func largeDifferencesAreResized(shape: Shape) throws {
        #expect(try AdaptedDataset(Flat(imageShape: [1, 28, 28]), to: shape).pixels(0).allSatisfy { $0 == 200 })
    }

    @Test func greyIsRepeatedAndColourBecomesLuma() throws {
        let colour = try AdaptedDataset(Flat(imageShape: [1, 28, 28]), to: [3, 28, 28])
        #expect(try colour.pixels(0) == [UInt8](repeating: 200, count: 3 * 28 * 28))
        #expect(colour.normalisation == Normalisation(mean: [0.1, 0.1, 0.1], standardDeviation: [0.4, 0.4, 0.4]))
        let grey = try AdaptedDataset(Flat(imageShape: [3, 28, 28]), to: [1, 28, 28])
        // 0.299 · 200 + 0.587 · 100 + 0.114 · 50 = 124.2
        #expect(try grey.pixels(0).allSatisfy { $0 == 124 })
        #expect(abs(grey.normalisation.mean[0] - 0.1815) < 1e-5)
    }

    @Test func otherChannelsAreRefused() {
        expectError(.usage, naming: "1 channel", "2 input channels", "1 or 3") {
            _ = try AdaptedDataset(Flat(imageShape: [1, 28, 28]), to: [2, 28, 28])
        }
    }

    /// The pipeline adapts by itself, and only as far as needed.
    @Test func aPipelineShowsGreyImagesToAColourNetwork() throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder)
        let set = try IDXDataset(folder: folder.path)
        let pipeline = try BatchPipeline(set, .validation, batchSize: 2, inputShape: [3, 32, 32], seed: 0)
        let batch = try pipeline.waitForNext()
        defer { batch.release() }
        #expect(batch.shape == [2, 3, 32, 32])
        let (mean, deviation) = (set.normalisation.mean[0], set.normalisation.standardDeviation[0])
        for channel in 0..<3 {
            #expect(abs(batch.images[channel * 1024] + mean / deviation) < 1e-5)
            let expected = (Float(IDXFixture.pixel(0)) / 255 - mean) / deviation
            #expect(abs(batch.images[channel * 1024 + 2 * 32 + 2] - expected) < 1e-5)
        }
    }
}
