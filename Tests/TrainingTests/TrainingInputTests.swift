import Configuration
import Datasets
import Foundation
import Tensors
import Testing
import Topology
import Training

/// The batches of a run, worked out again from its settings: order, crops, mirrors, mean and deviation, all by the run's seed.
@Suite struct TrainingInputTests {
    private static let seed: UInt64 = (5 << 32) + 77

    private func input(_ flags: [(name: String, value: String)]) throws -> TrainingInput {
        var settings = TrainingConfiguration()
        try settings.apply(flags: [("batch-size", "8"), ("seed", "\(Self.seed)"), ("devices", "1")] + flags)
        return try TrainingInput(TrainingPreparation(settings, on: Machine.discover()))
    }

    /// What every batch of two epochs should be: `pixels` of an example, [channels, stored, stored], by order, place and mirror.
    private struct Expectation {
        var channels = 3
        let stored: Int
        let window: Int
        let count: Int
        var crops = false
        var mirrors = false
        let mean: Double
        let deviation: Double
        let pixels: (Int) throws -> [UInt8]

        /// The largest distance of a batch's numbers from what they should be.
        func distance(_ batch: Batch, epoch: Int, number: Int) throws -> Double {
            let order = RandomSource(seed: TrainingInputTests.seed, purpose: .shuffling).permutation(step: epoch, of: count)
            let draws = RandomSource(seed: TrainingInputTests.seed, purpose: .augmentation, stream: 0)
            var largest = 0.0
            let elements = channels * window * window
            for row in 0..<8 {
                let example = order[number * 8 + row]
                let image = try pixels(example)
                let room = stored - window + 1
                let top = crops ? draws.integer(step: epoch, index: 4 * example, below: room) : (stored - window) / 2
                let left = crops ? draws.integer(step: epoch, index: 4 * example + 1, below: room) : (stored - window) / 2
                let isMirrored = mirrors && draws.uniform(step: epoch, index: 4 * example + 2) >= 0.5
                for i in 0..<elements {
                    let (channel, y, x) = (i / (window * window), i / window % window, i % window)
                    let column = left + (isMirrored ? window - 1 - x : x)
                    let pixel = Double(image[(channel * stored + top + y) * stored + column]) / 255
                    largest = max(largest, abs(Double(batch.images[row * elements + i]) - (pixel - mean) / deviation))
                }
            }
            return largest
        }

        func check(_ input: TrainingInput) throws {
            for epoch in 0..<2 {
                for number in 0..<count / 8 {
                    let batch = try input.training.waitForNext()
                    defer { batch.release() }
                    let distance = try distance(batch, epoch: epoch, number: number)
                    #expect(distance < 1e-5, "epoch \(epoch), batch \(number)")
                }
            }
        }
    }

    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func theProgramsOwnImagesAreCroppedAndMirroredByTheSeed(crop: Bool, mirror: Bool) throws {
        let data = "synthetic:classes=4,train=24,val=12,difficulty=easy"
        let input = try input([
            ("model", "alexnet-small"), ("data", data), ("crop", "\(crop)"), ("mirror", "\(mirror)"),
        ])
        let set = try DatasetSource(parsing: data).open(inputShape: [3, 67, 67])
        #expect(set.imageShape == [3, 76, 76])
        let images = try (0..<24).map { try Self.pixels(set, $0, .training) }
        try Expectation(
            stored: 76, window: 67, count: 24, crops: crop, mirrors: mirror, mean: 0.41, deviation: 0.24, pixels: { images[$0] }
        ).check(input)
        // Validation sees the centre, whatever training does.
        let batch = try #require(try input.validation?.waitForNext())
        defer { batch.release() }
        let first = try Self.pixels(set, 0, .validation)
        for i in 0..<3 * 67 * 67 {
            let pixel = Double(first[(i / 4489 * 76 + 4 + i / 67 % 67) * 76 + 4 + i % 67]) / 255
            try #require(abs(Double(batch.images[i]) - (pixel - 0.41) / 0.24) < 1e-5, "\(i)")
        }
    }

    /// A digit stays what it is.
    @Test func digitsAreNeitherCroppedNorMirrored() throws {
        let folder = try IDXFolder()
        let (mean, deviation) = folder.moments
        try Expectation(
            channels: 1, stored: 28, window: 28, count: 40, mean: mean, deviation: deviation,
            pixels: { Array(folder.training[$0 * 784..<($0 + 1) * 784]) }
        ).check(input([("model", "lenet5"), ("data", folder.path)]))
    }

    @Test func digitsAreCroppedWhereTheyAreScaledUp() throws {
        let folder = try IDXFolder()
        let (mean, deviation) = folder.moments
        var options = DatasetOptions()
        options.resize = 33
        let set = try DatasetSource(parsing: folder.path).open(inputShape: [1, 28, 28], options: options)
        let input = try input([
            ("model", "lenet5"), ("data", folder.path), ("resize", "33"), ("crop", "true"), ("mirror", "true"),
        ])
        try Expectation(
            channels: 1, stored: 33, window: 28, count: 40, crops: true, mirrors: true, mean: mean, deviation: deviation,
            pixels: { try Self.pixels(set, $0, .training) }
        ).check(input)
    }

    /// Of each image another amount, the same for all of a channel's pixels.
    @Test func coloursAreShiftedWhereThatIsAskedFor() throws {
        let flags: [(name: String, value: String)] = [
            ("model", "alexnet-small"), ("data", "synthetic:classes=4,train=24,val=12"), ("mirror", "false"),
        ]
        let (plain, shifted) = (try input(flags), try input(flags + [("colour", "true")]))
        let (before, after) = (try plain.training.waitForNext(), try shifted.training.waitForNext())
        defer {
            before.release()
            after.release()
        }
        var shifts: Set<Float> = []
        for plane in 0..<24 {
            let differences = (0..<4489).map { after.images[plane * 4489 + $0] - before.images[plane * 4489 + $0] }
            shifts.insert(differences[0])
            #expect(differences.allSatisfy { abs($0 - differences[0]) < 1e-5 })
        }
        #expect(shifts.count > 16)
    }

    @Test func partsOfWholeImagesAreTakenWhereThatIsAskedFor() throws {
        let flags: [(name: String, value: String)] = [
            ("model", "alexnet-small"), ("data", "synthetic:classes=4,train=24,val=12"), ("mirror", "false"),
        ]
        let resized = try input(flags + [("random-resized-crop", "true")])
        let set = try DatasetSource(parsing: flags[1].value).open(inputShape: [3, 67, 67])
        var augmentation = Augmentation.none
        augmentation.randomResizedCrop = true
        let expected = try BatchPipeline(
            set, .training, batchSize: 8, inputShape: [3, 67, 67], augmentation: augmentation, seed: Self.seed)
        let (one, other) = (try resized.training.waitForNext(), try expected.waitForNext())
        let plain = try input(flags).training.waitForNext()
        #expect(Array(one.images) == Array(other.images))
        #expect(Array(one.images) != Array(plain.images) && Array(one.labels) == Array(plain.labels))
        for batch in [one, other, plain] { batch.release() }
    }

    private static func pixels(_ set: any ImageDataset, _ index: Int, _ split: Split) throws -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: set.imageShape.elementCount)
        try pixels.withUnsafeMutableBufferPointer { try set.decode(index, of: split, into: $0) }
        return pixels
    }
}
