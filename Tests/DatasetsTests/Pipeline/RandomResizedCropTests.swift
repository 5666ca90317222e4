import Datasets
import Foundation
import ImageFiles
import Tensors
import TestSupport
import Testing

/// Random resized crops against torchvision's and Pillow's, and against what their distribution should be.
@Suite struct RandomResizedCropTests {
    private static let seed: UInt64 = (7 << 32) + 2014
    private static let window: Shape = [3, 48, 40]
    private static let augmentation = Augmentation(crop: false, mirror: false, colour: false, randomResizedCrop: true)

    private struct Golden {
        let epoch: Int
        let example: Int
        let height: Int
        let width: Int
        let box: CropBox
        let samples: [UInt8]
        let sums: [Int]

        static let stride = 7

        init(_ line: Substring) throws {
            let fields = line.split(separator: " ").map(String.init)
            let numbers = fields[..<8].map { Int($0)! }
            (epoch, example, height, width) = (numbers[0], numbers[1], numbers[2], numbers[3])
            box = CropBox(top: numbers[4], left: numbers[5], height: numbers[6], width: numbers[7])
            samples = Array(try #require(Data(base64Encoded: fields[8])))
            sums = fields[9...11].map { Int($0)! }
        }

        static func all() throws -> [Golden] {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
                "../Golden/random_resized_crop.txt")
            return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { try Golden($0) }
        }
    }

    /// A set of one image, all alike, that is of one size from the start.
    private struct Pattern: ImageDataset {
        let height: Int
        let width: Int
        let name = "pattern"
        let classNames = ["a", "b"]
        var imageShape: Shape { [3, height, width] }
        let normalisation = Normalisation.imageNet
        var isWorthCaching = true

        func exampleCount(_ split: Split) -> Int { 8 }
        func label(of index: Int, in split: Split) -> Int { index % 2 }
        func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
            let plane = height * width
            for (place, value) in ImageFixture.pattern(height: height, width: width).enumerated() {
                pixels[place % 3 * plane + place / 3] = value
            }
        }
    }

    /// Images of the sizes that the golden file has, each a class of its own.
    private func folder(_ goldens: [Golden]) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        for golden in goldens where golden.epoch == 0 {
            let file = ImageFixture.png(height: golden.height, width: golden.width)
            try folder.write("train/\(golden.example)/0.png", file)
            if golden.example == 0 { try folder.write("val/0/0.png", file) }
        }
        return folder
    }

    /// Rows of a batch in levels from 0 to 255, by the label of each.
    private func levels(_ batch: Batch) -> [Int: [Float]] {
        let elements = batch.shape.elementCount / batch.shape[0]
        let plane = elements / batch.shape[1]
        var rows: [Int: [Float]] = [:]
        for row in 0..<batch.exampleCount {
            rows[Int(batch.labels[row])] = (0..<elements).map { i in
                let channel = i / plane
                let value = batch.images[row * elements + i]
                return (value * Normalisation.imageNet.standardDeviation[channel] + Normalisation.imageNet.mean[channel]) * 255
            }
        }
        return rows
    }

    @Test func everyPartIsTheOneThatTorchvisionTakes() throws {
        let goldens = try Golden.all()
        #expect(goldens.count == 48)
        let crop = RandomResizedCrop(seed: Self.seed)
        for golden in goldens {
            #expect(
                crop.box(epoch: golden.epoch, example: golden.example, height: golden.height, width: golden.width) == golden.box)
        }
        #expect(Set(goldens.map(\.box)).count > 36)
    }

    @Test(arguments: [1, 3]) func everyPartIsScaledAsByPillow(threads: Int) throws {
        let goldens = try Golden.all()
        let folder = try folder(goldens)
        let set = try ImageFolderDataset(folder: folder.path, height: 56, width: 56)
        let pipeline = try BatchPipeline(
            set, .training, batchSize: 8, inputShape: Self.window, augmentation: Self.augmentation, seed: Self.seed,
            resources: .init(threads: threads))
        let count = Self.window[1] * Self.window[2]
        for epoch in 0..<6 {
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            let shown = levels(batch)
            for golden in goldens where golden.epoch == epoch {
                let window = try #require(shown[golden.example])
                for channel in 0..<3 {
                    let differences = (0..<golden.samples.count / 3).map { sample in
                        let pixel = window[channel * count + sample * Golden.stride % count]
                        return abs(pixel - Float(golden.samples[3 * sample + channel]))
                    }
                    #expect(differences.max()! < 1.001, "epoch \(epoch), example \(golden.example)")
                    let sum = window[channel * count..<(channel + 1) * count].reduce(0.0) { $0 + Double($1) }
                    #expect(abs(sum - Double(golden.sums[channel])) < 0.02 * Double(count))
                }
            }
        }
    }

    /// What is decoded anew each epoch and what is kept in memory, planes and interleaved pixels: the same parts of the same image.
    @Test(arguments: [true, false]) func imagesOfOneSizeAreCutLikeFiles(isKept: Bool) throws {
        let folder = try TemporaryFolder()
        let file = ImageFixture.png(height: 60, width: 80)
        for i in 0..<8 { try folder.write("train/\(i)/0.png", file) }
        try folder.write("val/0/0.png", file)
        let files = try ImageFolderDataset(folder: folder.path, height: 56, width: 56)
        func pipeline(_ set: any ImageDataset) throws -> BatchPipeline {
            try BatchPipeline(
                set, .training, batchSize: 8, inputShape: Self.window, augmentation: Self.augmentation, seed: 3)
        }
        let (first, second) = (try pipeline(files), try pipeline(Pattern(height: 60, width: 80, isWorthCaching: isKept)))
        for _ in 0..<3 {
            let (one, other) = (try first.waitForNext(), try second.waitForNext())
            #expect(Array(one.images) == Array(other.images))
            one.release()
            other.release()
        }
    }

    @Test func aGreyNetworkSeesTheLumaOfTheSamePart() throws {
        let set = Pattern(height: 60, width: 80)
        func rows(_ shape: Shape) throws -> [Float] {
            let pipeline = try BatchPipeline(
                set, .training, batchSize: 2, inputShape: shape, augmentation: Self.augmentation, seed: 3)
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            let normalisation = set.normalisation.adapted(toChannels: shape[0])
            return batch.images.enumerated().map { i, value in
                let channel = i / 576 % shape[0]
                return (value * normalisation.standardDeviation[channel] + normalisation.mean[channel]) * 255
            }
        }
        let (colour, grey) = (try rows([3, 24, 24]), try rows([1, 24, 24]))
        for row in 0..<2 {
            for i in 0..<576 {
                let channels = (0..<3).map { colour[row * 1728 + $0 * 576 + i] }
                let luma = 0.299 * channels[0] + 0.587 * channels[1] + 0.114 * channels[2]
                #expect(abs(luma - grey[row * 576 + i]) < 0.51)
            }
        }
    }

    @Test func evaluationSeesTheCentreAsBefore() throws {
        func shown(_ augmentation: Augmentation) throws -> [Float] {
            let pipeline = try BatchPipeline(
                Pattern(height: 60, width: 80), .validation, batchSize: 2, inputShape: Self.window, augmentation: augmentation,
                seed: 3)
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            return Array(batch.images)
        }
        #expect(try shown(Self.augmentation) == shown(.none))
    }

    /// Given that it lies within the image, a part's area and its ratio's logarithm are uniform: sums over a fine grid say what that means.
    @Test func areasAndRatiosAreSpreadAsTheyShould() {
        let (height, width, draws) = (300, 400, 20_000)
        let crop = RandomResizedCrop(seed: 5)
        let boxes = (0..<draws).map { crop.box(epoch: $0 % 7, example: $0, height: height, width: width) }
        let area = Double(height * width)
        var (accepted, meanShare, meanRatio, quarters) = (0.0, 0.0, 0.0, [0.0, 0, 0, 0])
        let steps = 400
        for i in 0..<steps {
            for j in 0..<steps {
                let share = 0.08 + 0.92 * (Double(i) + 0.5) / Double(steps)
                let ratio = log(0.75) + (log(4.0 / 3) - log(0.75)) * (Double(j) + 0.5) / Double(steps)
                guard (area * share * exp(ratio)).squareRoot() < 400.5, (area * share / exp(ratio)).squareRoot() < 300.5 else {
                    continue
                }
                accepted += 1
                meanShare += share
                meanRatio += ratio
                quarters[min(3, Int((share - 0.08) / 0.23))] += 1
            }
        }
        // Large parts of another form than the image do not fit: the test would not see a bound that is wrong if all did.
        #expect(accepted < 0.75 * Double(steps * steps))
        let shares = boxes.map { Double($0.height * $0.width) / area }
        // The deviation of a mean of 20,000 is below 0.002.
        #expect(abs(shares.reduce(0, +) / Double(draws) - meanShare / accepted) < 0.01)
        let ratios = boxes.map { log(Double($0.width) / Double($0.height)) }
        #expect(abs(ratios.reduce(0, +) / Double(draws) - meanRatio / accepted) < 0.006)
        for quarter in 0..<4 {
            let count = shares.count { min(3, max(0, Int(($0 - 0.08) / 0.23))) == quarter }
            #expect(abs(Double(count) / Double(draws) - quarters[quarter] / accepted) < 0.015, "quarter \(quarter)")
        }
        let down = boxes.filter { $0.height < height - 20 }.map { Double($0.top) / Double(height - $0.height) }
        let across = boxes.filter { $0.width < width - 20 }.map { Double($0.left) / Double(width - $0.width) }
        for places in [down, across] {
            #expect(abs(places.reduce(0, +) / Double(places.count) - 0.5) < 0.015)
            #expect(places.min()! == 0 && places.max()! == 1)
        }
    }

    /// No part of such an image is from 3 : 4 to 4 : 3 and a twelfth of its area: the largest in its middle is taken.
    @Test func imagesThatAreTooLongShowTheirMiddle() {
        let crop = RandomResizedCrop(seed: 5)
        for example in 0..<20 {
            #expect(
                crop.box(epoch: 1, example: example, height: 10, width: 400) == CropBox(top: 0, left: 193, height: 10, width: 13))
            #expect(
                crop.box(epoch: 1, example: example, height: 400, width: 10) == CropBox(top: 193, left: 0, height: 13, width: 10))
        }
    }

    @Test func everyImageEveryEpochAndEverySeedHaveTheirOwn() {
        let boxes = (0..<5).flatMap { epoch in
            (0..<20).flatMap { example in
                [UInt64(1), 2, 1 << 32].map {
                    RandomResizedCrop(seed: $0).box(epoch: epoch, example: example, height: 3000, width: 4000)
                }
            }
        }
        #expect(Set(boxes).count == 300)
    }
}
