import Datasets
import ImageFiles
import Tensors
import TestSupport
import Testing

/// Images at sizes drawn anew each epoch, and windows of them.
@Suite struct ScaleJitterTests {
    private static let window: Shape = [3, 20, 20]
    private static let sizes = 24...40

    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for (place, (height, width)) in [(30, 50), (60, 33), (45, 45), (28, 90)].enumerated() {
            try folder.write(
                "train/\(place)/0.png",
                ImageFixture.png(ImageFixture.pattern(height: height, width: width), height: height, width: width))
        }
        try folder.write("val/0/0.png", ImageFixture.png(ImageFixture.pattern(height: 30, width: 30), height: 30, width: 30))
        return folder
    }

    @Test func everySizeIsDrawnAndEveryWindowLiesWithin() {
        let jitter = ScaleJitter(Self.sizes, seed: 5)
        var sizes: [Int: Int] = [:]
        var (first, last) = (false, false)
        for epoch in 0..<40 {
            for example in 0..<50 {
                let part = jitter.part(epoch: epoch, example: example, height: 30, width: 50, window: (20, 20))
                #expect(part.scaledHeight < part.scaledWidth && part.scaledWidth == part.scaledHeight * 50 / 30)
                #expect(part.rows.count == 20 && part.columns.count == 20)
                #expect(part.rows.lowerBound >= 0 && part.rows.upperBound <= part.scaledHeight)
                #expect(part.columns.lowerBound >= 0 && part.columns.upperBound <= part.scaledWidth)
                first = first || part.rows.lowerBound == 0
                last = last || part.columns.upperBound == part.scaledWidth
                sizes[part.scaledHeight, default: 0] += 1
            }
        }
        #expect(Set(sizes.keys) == Set(Self.sizes) && first && last)
        // 2,000 draws of 17 sizes: 118 of each, give or take five deviations of 10.5.
        #expect(sizes.values.allSatisfy { abs($0 - 118) < 53 }, "\(sizes)")
        // What is higher than wide keeps its ratio, too.
        let high = jitter.part(epoch: 1, example: 2, height: 60, width: 33, window: (20, 20))
        #expect(Self.sizes.contains(high.scaledWidth) && high.scaledHeight == high.scaledWidth * 60 / 33)
    }

    /// A window is what one gets by scaling the whole image and cutting the window out.
    @Test(arguments: [1, 3]) func aWindowIsPartOfTheScaledImage(threads: Int) throws {
        let folder = try folder()
        let set = try ImageFolderDataset(folder: folder.path, height: 24, width: 24)
        let pipeline = try BatchPipeline(
            set, .training, batchSize: 4, inputShape: Self.window,
            augmentation: Augmentation(crop: false, mirror: false, colour: false, scaleJitter: Self.sizes), seed: 5,
            resources: .init(threads: threads))
        let jitter = ScaleJitter(Self.sizes, seed: 5)
        for epoch in 0..<3 {
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            for row in 0..<4 {
                let example = Int(batch.labels[row])
                let (height, width) = [(30, 50), (60, 33), (45, 45), (28, 90)][example]
                let part = jitter.part(epoch: epoch, example: example, height: height, width: width, window: (20, 20))
                let whole = scaled(height, width, to: part)
                for channel in 0..<3 {
                    for y in 0..<20 {
                        for x in 0..<20 {
                            let pixel = whole[
                                (channel * part.scaledHeight + part.rows.lowerBound + y) * part.scaledWidth
                                    + part.columns.lowerBound + x]
                            let seen = batch.images[((row * 3 + channel) * 20 + y) * 20 + x]
                            let level =
                                (seen * Normalisation.imageNet.standardDeviation[channel] + Normalisation.imageNet.mean[channel])
                                * 255
                            #expect(abs(level - Float(pixel)) < 0.01)
                        }
                    }
                }
            }
        }
    }

    /// All of the image at the part's size, [3, height, width].
    private func scaled(_ height: Int, _ width: Int, to part: ScaledPart) -> [UInt8] {
        let pattern = ImageFixture.pattern(height: height, width: width)
        var whole = [UInt8](repeating: 0, count: 3 * part.scaledHeight * part.scaledWidth)
        let all = ScaledPart(
            height: height, width: width, scaledTo: (part.scaledHeight, part.scaledWidth), top: 0, left: 0,
            window: (part.scaledHeight, part.scaledWidth))
        pattern.withUnsafeBufferPointer { source in
            whole.withUnsafeMutableBufferPointer { target in
                for channel in 0..<3 {
                    TriangleResize.scale(
                        source.baseAddress! + channel, pixelStride: 3, all,
                        into: target.baseAddress! + channel * part.scaledHeight * part.scaledWidth)
                }
            }
        }
        return whole
    }

    @Test func sizesBelowTheNetworksAreRefused() throws {
        let folder = try folder()
        let set = try ImageFolderDataset(folder: folder.path, height: 24, width: 24)
        let augmentation = Augmentation(crop: false, mirror: false, colour: false, scaleJitter: 19...40)
        expectError(.usage, naming: "--scale-jitter 19,40 leaves less", "give --scale-jitter 20,40 or more") {
            _ = try BatchPipeline(set, .training, batchSize: 4, inputShape: Self.window, augmentation: augmentation, seed: 5)
        }
        // What is evaluated is as it is without.
        _ = try BatchPipeline(set, .validation, batchSize: 1, inputShape: Self.window, augmentation: augmentation, seed: 5)
    }
}
