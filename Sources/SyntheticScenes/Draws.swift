package import Tensors

/// The random choices behind one image, in the order they are asked for: a function of (source, example) alone.
package struct Draws {
    private let source: RandomSource
    private let example: Int
    private var words: SIMD4<UInt32> = .zero
    private var drawn = 0

    package init(_ source: RandomSource, example: Int) {
        self.source = source
        self.example = example
    }

    private mutating func word() -> UInt32 {
        if drawn & 3 == 0 { words = source.words(step: example, block: drawn >> 2) }
        defer { drawn += 1 }
        return words[drawn & 3]
    }

    /// Uniform in `range`.
    mutating func uniform(_ range: ClosedRange<Float>) -> Float {
        range.lowerBound + RandomSource.unitInterval(word()) * (range.upperBound - range.lowerBound)
    }

    /// An integer in `range`.
    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int((UInt64(word()) &* UInt64(range.count)) >> 32)
    }

    /// True with probability `probability`.
    mutating func chance(_ probability: Float) -> Bool {
        RandomSource.unitInterval(word()) < probability
    }

    /// Any direction, in radians.
    mutating func angle() -> Float { uniform(0...2 * .pi) }

    /// Any colour.
    mutating func colour() -> SIMD3<Float> { [uniform(0...1), uniform(0...1), uniform(0...1)] }

    /// A colour at least `distance` from `other`, or the farthest of a few.
    mutating func colour(awayFrom other: SIMD3<Float>, by distance: Float) -> SIMD3<Float> {
        var best = colour()
        var bestDistance = Self.distance(best, other)
        for _ in 0..<6 where bestDistance < distance {
            let candidate = colour()
            let candidateDistance = Self.distance(candidate, other)
            if candidateDistance > bestDistance { (best, bestDistance) = (candidate, candidateDistance) }
        }
        return best
    }

    private static func distance(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float {
        let difference = a - b
        return (difference * difference).sum().squareRoot()
    }
}
