#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a random number is for. Two purposes never share a number.
public enum RandomPurpose: UInt32, Sendable, CaseIterable {
    case initialization = 1
    case dropout = 2
    case shuffling = 3
    case augmentation = 4
    case synthesis = 5
}

/// Random numbers by index: a function of (seed, purpose, stream, step, global index), with no state.
///
/// `stream` tells apart the users of one purpose (a parameter, a dropout layer, an image). `index` is the *global* index
/// of the element, so a value does not depend on the device that asks for it.
public struct RandomSource: Sendable {
    @usableFromInline let philox: Philox
    @usableFromInline let purpose: UInt32
    @usableFromInline let stream: UInt32

    public init(seed: UInt64, purpose: RandomPurpose, stream: UInt32 = 0) {
        philox = Philox(key: [UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32)])
        self.purpose = purpose.rawValue
        self.stream = stream
    }

    /// The four words of block `block` at `step`. The step takes 32 bits, the block 32, the stream 24, the purpose 8:
    /// 2³² blocks are 2³⁴ elements, more than any tensor here has.
    @inlinable
    public func words(step: Int = 0, block: Int) -> SIMD4<UInt32> {
        philox(SIMD4(UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: step), stream, purpose))
    }

    /// The word of element `index` at `step`.
    @inlinable
    public func word(step: Int = 0, index: Int) -> UInt32 {
        words(step: step, block: index >> 2)[index & 3]
    }

    /// Uniform in [0, 1): the upper 24 bits of a word, every value representable.
    @inlinable
    public static func unitInterval(_ word: UInt32) -> Float {
        Float(word >> 8) * 0x1p-24
    }

    /// Uniform in [0, 1) at `index`.
    @inlinable
    public func uniform(step: Int = 0, index: Int) -> Float {
        Self.unitInterval(word(step: step, index: index))
    }

    /// An integer in `0..<bound` at `index`, by the upper half of a product; its bias is below `bound` / 2³².
    public func integer(step: Int = 0, index: Int, below bound: Int) -> Int {
        precondition(bound > 0, "an integer below \(bound) does not exist")
        return Int((UInt64(word(step: step, index: index)) &* UInt64(bound)) >> 32)
    }

    /// Standard normal numbers for elements `range`, written to `destination[0..<range.count]` (Box and Muller's
    /// transform, in double precision, two words for two numbers). Element i depends on i alone, whatever the range.
    public func fillNormal(
        step: Int = 0, range: Range<Int>, mean: Float = 0, standardDeviation: Float = 1,
        into destination: UnsafeMutableBufferPointer<Float>
    ) {
        precondition(destination.count >= range.count, "\(destination.count) places for \(range.count) numbers")
        var index = range.lowerBound
        while index < range.upperBound {
            let block = index >> 2
            let normals = normalBlock(step: step, block: block)
            let end = min(range.upperBound, (block + 1) << 2)
            while index < end {
                destination[index - range.lowerBound] = mean + standardDeviation * normals[index & 3]
                index += 1
            }
        }
    }

    /// A standard normal number at `index`.
    public func normal(step: Int = 0, index: Int) -> Float {
        normalBlock(step: step, block: index >> 2)[index & 3]
    }

    private func normalBlock(step: Int, block: Int) -> SIMD4<Float> {
        let words = words(step: step, block: block)
        let first = Self.normalPair(words.x, words.y)
        let second = Self.normalPair(words.z, words.w)
        return [first.0, first.1, second.0, second.1]
    }

    private static func normalPair(_ a: UInt32, _ b: UInt32) -> (Float, Float) {
        let radius = (-2 * log((Double(a) + 1) * 0x1p-32)).squareRoot()
        let angle = 2 * Double.pi * Double(b) * 0x1p-32
        return (Float(radius * cos(angle)), Float(radius * sin(angle)))
    }

    /// A permutation of `0..<count`, by Fisher and Yates' shuffle on the numbers of `step`. Cost: O(count).
    public func permutation(step: Int = 0, of count: Int) -> [Int] {
        var order = Array(0..<count)
        for i in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(i, integer(step: step, index: i, below: i + 1))
        }
        return order
    }
}
