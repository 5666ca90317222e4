import Datasets
import Tensors
import Testing

@Suite struct ColourComponentsTests {
    /// Three correlated channels of 1,000 pixels.
    private let image: [UInt8] = {
        let random = RandomSource(seed: 3, purpose: .synthesis)
        let shared = (0..<1000).map { random.normal(index: $0) * 40 }
        return (0..<3).flatMap { channel in
            (0..<1000).map {
                UInt8(min(max(128 + shared[$0] + random.normal(step: channel + 1, index: $0) * Float(8 + 6 * channel), 0), 255))
            }
        }
    }()

    private func covariance() -> [[Double]] {
        let channels = (0..<3).map { channel in image[channel * 1000..<(channel + 1) * 1000].map { Double($0) / 255 } }
        let means = channels.map { $0.reduce(0, +) / 1000 }
        return (0..<3).map { a in
            (0..<3).map { b in (0..<1000).reduce(0) { $0 + (channels[a][$1] - means[a]) * (channels[b][$1] - means[b]) } / 1000 }
        }
    }

    private func components(splitInto parts: Int = 1) -> ColourComponents {
        var moments = ColourMoments(channels: 3)
        for part in 0..<parts {
            let span = part * 1000 / parts..<(part + 1) * 1000 / parts
            let planes = (0..<3).flatMap { channel in image[channel * 1000 + span.lowerBound..<channel * 1000 + span.upperBound]
            }
            planes.withUnsafeBufferPointer { moments.add($0) }
        }
        return ColourComponents(of: moments)
    }

    /// Every component v satisfies Σ v = λ v with the plain covariance matrix, has length 1, and they come largest first.
    @Test func componentsAreEigenvectorsOfThePlainCovariance() {
        let components = components()
        let covariance = covariance()
        for (value, vector) in zip(components.eigenvalues, components.eigenvectors) {
            for row in 0..<3 {
                let product = (0..<3).reduce(0) { $0 + covariance[row][$1] * vector[$1] }
                #expect(abs(product - value * vector[row]) < 1e-10)
            }
            #expect(abs(vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
            #expect(vector.max { abs($0) < abs($1) }! > 0)
        }
        #expect(components.eigenvalues == components.eigenvalues.sorted(by: >))
        let trace = (0..<3).reduce(0) { $0 + covariance[$1][$1] }
        #expect(abs(components.eigenvalues.reduce(0, +) - trace) < 1e-10)
    }

    @Test func theOrderOfImagesDoesNotMatter() {
        #expect(components(splitInto: 7) == components())
    }

    /// More pixels than the 65,536 whose products are summed in 32 bits: the same as in three images of fewer.
    @Test func aLargeImageIsSummedWhole() {
        let pixels = (0..<150_000).map { UInt8($0 * 7 % 251) }
        var (whole, parts) = (ColourMoments(channels: 1), ColourMoments(channels: 1))
        pixels.withUnsafeBufferPointer { whole.add($0) }
        for start in stride(from: 0, to: 150_000, by: 50_000) {
            pixels[start..<start + 50_000].withUnsafeBufferPointer { parts.add($0) }
        }
        #expect(whole == parts)
    }

    @Test func withoutPixelsNothingVaries() {
        let components = ColourComponents(of: ColourMoments(channels: 3))
        #expect(components.eigenvalues == [0, 0, 0])
        for vector in components.eigenvectors { #expect(vector.reduce(0) { $0 + $1 * $1 } == 1) }
    }
}
