import Datasets
import ImageFiles
import Tensors
import TestSupport
import Testing

/// Padding with crop, alternating mirrors and cutout, each held pixel by pixel to a plain loop that reads the draws anew.
@Suite struct SmallImageAugmentationTests {
    private static let seed: UInt64 = 23
    private static let count = 60

    /// Sixty images of different pixels, [1, 6, 8].
    struct Noise: ImageDataset {
        let name = "noise"
        let classNames = ["a", "b"]
        let imageShape: Shape = [1, 6, 8]
        let normalisation = Normalisation(mean: [0.25], standardDeviation: [0.5])
        let isWorthCaching = false

        func exampleCount(_ split: Split) -> Int { SmallImageAugmentationTests.count }
        func label(of index: Int, in split: Split) -> Int { index % 2 }
        func pixel(_ index: Int, _ y: Int, _ x: Int) -> UInt8 { UInt8(1 + (index * 53 + y * 29 + x * 7 + y * x) % 255) }
        func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
            for i in pixels.indices { pixels[i] = pixel(index, i / 8, i % 8) }
        }
    }

    /// What the network sees of an example in an epoch, by plain loops: pad, crop, mirror, normalise, cut out, one after another.
    private func expected(_ augmentation: Augmentation, epoch: Int, example: Int, height: Int, width: Int) -> [Float] {
        let geometry = RandomSource(seed: Self.seed, purpose: .augmentation, stream: 0)
        let (pad, set) = (augmentation.padCrop, Noise())
        // Pad.
        func reflected(_ place: Int, _ extent: Int) -> Int {
            place < 0 ? -place : place >= extent ? extent - 1 - (place - (extent - 1)) : place
        }
        let padded = (0..<6 + 2 * pad).map { row in
            (0..<8 + 2 * pad).map { column -> UInt8 in
                let (y, x) = (row - pad, column - pad)
                if augmentation.padMode == .reflect { return set.pixel(example, reflected(y, 6), reflected(x, 8)) }
                return (0..<6).contains(y) && (0..<8).contains(x) ? set.pixel(example, y, x) : 0
            }
        }
        // Crop.
        let top = geometry.integer(step: epoch, index: 4 * example, below: 6 + 2 * pad - height + 1)
        let left = geometry.integer(step: epoch, index: 4 * example + 1, below: 8 + 2 * pad - width + 1)
        var window = padded[top..<top + height].map { Array($0[left..<left + width]) }
        // Mirror.
        var isMirrored = false
        switch augmentation.flip {
        case .random: isMirrored = geometry.uniform(step: epoch, index: 4 * example + 2) >= 0.5
        case .alternating:
            isMirrored = geometry.uniform(step: 0, index: 4 * example + 2) >= 0.5
            for _ in 0..<epoch { isMirrored.toggle() }
        }
        if augmentation.mirror && isMirrored { window = window.map { $0.reversed() } }
        // Normalise.
        var seen = window.map { $0.map { (Float($0) / 255 - 0.25) / 0.5 } }
        // Cut out.
        let cut = RandomSource(seed: Self.seed, purpose: .augmentation, stream: 3)
        let (y, x) = (
            cut.integer(step: epoch, index: 4 * example, below: height),
            cut.integer(step: epoch, index: 4 * example + 1, below: width)
        )
        for row in 0..<height {
            for column in 0..<width {
                let (down, right) = (row - y + augmentation.cutout / 2, column - x + augmentation.cutout / 2)
                if (0..<augmentation.cutout).contains(down) && (0..<augmentation.cutout).contains(right) { seen[row][column] = 0 }
            }
        }
        return seen.flatMap(\.self)
    }

    private func pipeline(
        _ augmentation: Augmentation, _ window: (Int, Int), _ split: Split = .training, from start: Int = 0, threads: Int = 1
    ) throws -> BatchPipeline {
        try BatchPipeline(
            Noise(), split, batchSize: 20, inputShape: [1, window.0, window.1], augmentation: augmentation, seed: Self.seed,
            startingAt: BatchPosition(epoch: start, batch: 0), resources: .init(threads: threads))
    }

    static let cases: [(augmentation: Augmentation, window: (Int, Int))] = [
        (Augmentation(crop: false, mirror: false, colour: false, padCrop: 2), (6, 8)),
        (Augmentation(crop: false, mirror: true, colour: false, padCrop: 4), (6, 8)),
        (Augmentation(crop: false, mirror: true, colour: false, padCrop: 3), (4, 5)),
        (Augmentation(crop: false, mirror: true, colour: false, padCrop: 1, padMode: .reflect), (6, 8)),
        (Augmentation(crop: false, mirror: true, colour: false, padCrop: 5, padMode: .reflect), (6, 8)),
        (Augmentation(crop: false, mirror: true, colour: false, padCrop: 4, padMode: .reflect), (3, 7)),
        (Augmentation(crop: false, mirror: true, colour: false, padCrop: 9), (6, 8)),
        (Augmentation(crop: true, mirror: true, colour: false, flip: .alternating), (5, 7)),
        (Augmentation(crop: true, mirror: false, colour: false, cutout: 1), (4, 6)),
        (Augmentation(crop: true, mirror: false, colour: false, cutout: 3), (4, 6)),
        (Augmentation(crop: true, mirror: true, colour: false, cutout: 4), (4, 6)),
        (
            Augmentation(crop: false, mirror: true, colour: false, padCrop: 2, padMode: .reflect, flip: .alternating, cutout: 2),
            (6, 8)
        ),
    ]

    @Test(arguments: cases.indices) func everyPixelIsThePlainLoops(number: Int) throws {
        let (augmentation, (height, width)) = Self.cases[number]
        let pipeline = try pipeline(augmentation, (height, width), threads: 2)
        for epoch in 0..<4 {
            let order = RandomSource(seed: Self.seed, purpose: .shuffling).permutation(step: epoch, of: Self.count)
            for number in 0..<3 {
                let batch = try pipeline.waitForNext()
                defer { batch.release() }
                for row in 0..<20 {
                    let example = order[number * 20 + row]
                    let wanted = expected(augmentation, epoch: epoch, example: example, height: height, width: width)
                    let shown = batch.images[row * wanted.count..<(row + 1) * wanted.count]
                    // A few roundings of numbers about 1.
                    #expect(zip(shown, wanted).allSatisfy { abs($0 - $1) < 1e-6 }, "epoch \(epoch), example \(example)")
                }
            }
        }
    }

    /// Which images of an epoch are mirrored, read off the pixels.
    private func mirrored(_ pipeline: BatchPipeline) throws -> [Bool] {
        var found: [(example: Int, isMirrored: Bool)] = []
        for _ in 0..<3 {
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            for row in 0..<20 {
                let pixels = batch.images[row * 48..<(row + 1) * 48].map { Int((($0 * 0.5 + 0.25) * 255).rounded()) }
                for example in 0..<Self.count {
                    for isMirrored in [false, true]
                    where (0..<48).allSatisfy({
                        pixels[$0] == Int(Noise().pixel(example, $0 / 8, isMirrored ? 7 - $0 % 8 : $0 % 8))
                    }) {
                        found.append((example, isMirrored))
                    }
                }
            }
        }
        #expect(Set(found.map(\.example)).count == Self.count && found.count == Self.count)
        return found.sorted { $0.example < $1.example }.map(\.isMirrored)
    }

    /// Two epochs in a row show each image in both of its forms, and the first is drawn as random mirrors are.
    @Test func mirrorsAlternate() throws {
        var augmentation = Augmentation(crop: false, mirror: true, colour: false)
        let drawn = try mirrored(pipeline(augmentation, (6, 8)))
        augmentation.flip = .alternating
        let pipeline = try pipeline(augmentation, (6, 8))
        let epochs = try (0..<4).map { _ in try mirrored(pipeline) }
        #expect(epochs[0] == drawn)
        #expect((15...45).contains(drawn.count(where: \.self)))
        #expect(epochs[1] == drawn.map { !$0 } && epochs[2] == drawn && epochs[3] == epochs[1])
        // A run that goes on sees what it would have seen.
        #expect(try mirrored(self.pipeline(augmentation, (6, 8), from: 3)) == epochs[3])
    }

    /// All places of a padded image are as likely, and every pixel is as likely the middle of what is cut out.
    @Test func placesLieEverywhereAlike() throws {
        let pipeline = try pipeline(Augmentation(crop: false, mirror: false, colour: false, cutout: 1), (6, 8))
        var counts = [Int](repeating: 0, count: 48)
        for _ in 0..<3 * 80 {
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            for i in 0..<20 * 48 where batch.images[i] == 0 { counts[i % 48] += 1 }
        }
        // 4,800 images: 100 expected at each place, with a binomial deviation of 10.
        #expect(counts.reduce(0, +) == 4800 && counts.allSatisfy { (50...150).contains($0) }, "\(counts)")
    }

    @Test func validationIsNeverAugmented() throws {
        let all = Augmentation(crop: false, mirror: true, colour: false, padCrop: 2, flip: .alternating, cutout: 3)
        let (one, other) = (try pipeline(all, (6, 8), .validation), try pipeline(.none, (6, 8), .validation))
        let (first, second) = (try one.waitForNext(), try other.waitForNext())
        #expect(Array(first.images) == Array(second.images))
        for batch in [first, second] { batch.release() }
    }

    /// Where memory is planned and where batches are made, and what is advised is possible.
    @Test func whatIsTooLargeIsRefused() throws {
        func open(_ augmentation: Augmentation, _ split: Split = .training) throws {
            _ = try pipeline(augmentation, (5, 8), split)
            _ = try InputMemory(of: Noise(), split, batchSize: 20, inputShape: [1, 5, 8], augmentation: augmentation, taken: 1)
        }
        var augmentation = Augmentation(crop: false, mirror: false, colour: false, padCrop: 6, padMode: .reflect)
        expectError(.usage, naming: "--pad-crop 6", "6 × 8", "--pad-crop 5 or less, or --pad-mode zeros") {
            try open(augmentation)
        }
        #expect(throws: Never.self) { try open(augmentation, .validation) }
        augmentation.padCrop = 5
        #expect(throws: Never.self) { try open(augmentation) }
        (augmentation.padCrop, augmentation.padMode) = (6, .zeros)
        #expect(throws: Never.self) { try open(augmentation) }
        augmentation.cutout = 6
        expectError(.usage, naming: "--cutout 6", "5 × 8", "--cutout 5 or less") { try open(augmentation) }
        augmentation.cutout = 5
        #expect(throws: Never.self) { try open(augmentation) }
    }

    /// Digits have room to move where they are padded, for a network of their own size and a larger one.
    @Test(arguments: [28, 32]) func digitsThatArePaddedHaveRoom(extent: Int) throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder)
        let set = try DatasetSource(parsing: folder.path).open(inputShape: [1, extent, extent])
        let pipeline = try BatchPipeline(
            set, .training, batchSize: 40, inputShape: [1, extent, extent],
            augmentation: Augmentation(crop: false, mirror: false, colour: false, padCrop: 2), seed: 4)
        #expect(try pipeline.waitForNext().exampleCount == 40)
    }
}
