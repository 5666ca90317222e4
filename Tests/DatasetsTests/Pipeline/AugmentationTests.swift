import Datasets
import ImageFiles
import Tensors
import Testing

@Suite struct AugmentationTests {
    /// One image whose pixel at row y, column x of channel c is 10 y + x, shown over and over.
    struct Ramp: ImageDataset {
        let name = "ramp"
        let classNames = ["a", "b"]
        let imageShape: Shape = [3, 8, 10]
        let normalisation = Normalisation(mean: [0.1, 0.2, 0.3], standardDeviation: [0.5, 0.25, 0.125])
        let isWorthCaching = false

        func exampleCount(_ split: Split) -> Int { 4096 }
        func label(of index: Int, in split: Split) -> Int { index % 2 }
        func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
            for i in pixels.indices { pixels[i] = UInt8(i % 80) }
        }
    }

    /// The 4,096 windows of [3, 5, 6] of one epoch, in pixels from 0 to 255.
    private func windows(_ augmentation: Augmentation, _ split: Split = .training) throws -> [[Float]] {
        let pipeline = try BatchPipeline(
            Ramp(), split, batchSize: 4096, inputShape: [3, 5, 6], augmentation: augmentation, seed: 11)
        let batch = try pipeline.waitForNext()
        defer { batch.release() }
        let normalisation = Ramp().normalisation
        return (0..<4096).map { row in
            (0..<90).map { i in
                (batch.images[row * 90 + i] * normalisation.standardDeviation[i / 30] + normalisation.mean[i / 30]) * 255
            }
        }
    }

    /// Where a window was cut, and whether it was mirrored, read off its pixels.
    private func place(_ window: [Float]) -> (top: Int, left: Int, mirrored: Bool) {
        let (first, second) = (Int(window[0].rounded()), Int(window[1].rounded()))
        let mirrored = second < first
        return (first / 10, first % 10 - (mirrored ? 5 : 0), mirrored)
    }

    /// Halves of a pixel are rounded to even, as torchvision rounds them.
    @Test func withoutAugmentationTheCentreIsShown() throws {
        for window in try windows(.none).prefix(50) {
            for y in 0..<5 {
                for x in 0..<6 { #expect(abs(window[y * 6 + x] - Float((y + 2) * 10 + x + 2)) < 0.01) }
            }
        }
    }

    @Test func validationIsNeverAugmented() throws {
        #expect(try windows(.all, .validation) == windows(.none, .validation))
    }

    @Test func cropsLieEverywhereAlikeAndHalfAreMirrored() throws {
        let places = try windows(Augmentation(crop: true, mirror: true, colour: false)).map(place)
        for top in 0...3 {
            for left in 0...4 {
                // 4096 / 20 = 205 expected; the binomial deviation is 14.
                let count = places.count { $0.top == top && $0.left == left }
                #expect((135...275).contains(count), "\(count) windows at \(top), \(left)")
            }
        }
        // 2048 expected; the binomial deviation is 32.
        #expect((1888...2208).contains(places.count { $0.mirrored }))
    }

    @Test func eachSwitchWorksAlone() throws {
        let cropped = try windows(Augmentation(crop: true, mirror: false, colour: false)).map(place)
        #expect(cropped.allSatisfy { !$0.mirrored })
        #expect(Set(cropped.map(\.top)).count == 4)
        let mirrored = try windows(Augmentation(crop: false, mirror: true, colour: false)).map(place)
        #expect(mirrored.allSatisfy { $0.top == 2 && $0.left == 2 })
    }

    /// The shift of an image is the same for all its pixels, and Σ pᵢ αᵢ λᵢ with α of deviation 0.1: here all channels are
    /// the same, so there is one component, (1, 1, 1) / √3, with λ = 3 σ².
    @Test func coloursAreShiftedAlongThePrincipalComponents() throws {
        let plain = try windows(.none)
        let shifted = try windows(Augmentation(crop: false, mirror: false, colour: true))
        var shifts = [Double]()
        for (before, after) in zip(plain, shifted) {
            let shift = after[0] - before[0]
            #expect(zip(before, after).allSatisfy { abs($1 - $0 - shift) < 0.01 })
            shifts.append(Double(shift) / 255)
        }
        let squares = (0..<80).map { (Double($0) - 39.5) * (Double($0) - 39.5) }
        let variance = squares.reduce(0, +) / (80 * 255 * 255)
        let expected = 0.1 * 3 * variance / 3.0.squareRoot()
        let mean = shifts.reduce(0, +) / 4096
        let deviation = (shifts.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 4096).squareRoot()
        #expect(abs(mean) < 0.1 * expected)
        #expect(abs(deviation / expected - 1) < 0.06)
    }

    /// One image, shown over and over, whose channels vary each by itself and less than the one before.
    private struct Noise: ImageDataset {
        let name = "noise"
        let classNames = ["a", "b"]
        let imageShape: Shape = [3, 5, 6]
        let normalisation = Normalisation(mean: [0, 0, 0], standardDeviation: [1, 1, 1])
        let isWorthCaching = false

        func exampleCount(_ split: Split) -> Int { 64 }
        func label(of index: Int, in split: Split) -> Int { index % 2 }
        func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
            let random = RandomSource(seed: 2, purpose: .synthesis)
            for i in pixels.indices {
                let deviation = random.integer(index: i, below: 256) - 128
                pixels[i] = UInt8(128 + deviation / (1 + i / 30))
            }
        }
    }

    /// Example i has the normal numbers 4 i, 4 i + 1 and 4 i + 2 of its epoch, one for each component: a run that goes on sees the same.
    @Test func coloursAreDrawnByEpochExampleAndComponent() throws {
        let image = try Noise().pixels(0)
        var moments = ColourMoments(channels: 3)
        image.withUnsafeBufferPointer { moments.add($0) }
        let components = ColourComponents(of: moments)
        #expect(components.eigenvalues.allSatisfy { $0 > 1e-3 })
        let pipeline = try BatchPipeline(
            Noise(), .training, batchSize: 64, inputShape: [3, 5, 6],
            augmentation: Augmentation(crop: false, mirror: false, colour: true), seed: 11)
        let normals = RandomSource(seed: 11, purpose: .augmentation, stream: 1)
        for epoch in 0..<2 {
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            let order = RandomSource(seed: 11, purpose: .shuffling).permutation(step: epoch, of: 64)
            for (row, example) in order.enumerated() {
                let factors = (0..<3).map { 0.1 * Double(normals.normal(step: epoch, index: 4 * example + $0)) }
                for channel in 0..<3 {
                    var expected = Double(image[channel * 30]) / 255
                    for (component, vector) in components.eigenvectors.enumerated() {
                        expected += vector[channel] * factors[component] * components.eigenvalues[component]
                    }
                    let shown = Double(batch.images[row * 90 + channel * 30])
                    // A few roundings of numbers about 1.
                    #expect(abs(shown - expected) < 1e-6, "example \(example), channel \(channel)")
                }
            }
        }
    }
}
