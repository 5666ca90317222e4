/// A sum of numbers that are not negative, without any rounding: the same whatever the order in which they come, and whoever adds which.
///
/// A number of 2046 binary digits in limbs of 32, each with room for carries:
///
///     limb i counts 2^(32·i − 1074)
///
/// Source: R. M. Neal, "Fast exact summation using small and large superaccumulators", 2015, section 2.
/// Cost: three additions of whole numbers a number.
package struct ExactSum {
    /// The limbs that a sum takes, 64 bits each.
    package static let limbCount = 70
    package static let byteCount = limbCount * MemoryLayout<Int64>.stride

    private let limbs: UnsafeMutablePointer<Int64>

    /// A sum whose limbs lie at an address.
    package init(at address: UnsafeMutablePointer<Int64>) {
        limbs = address
    }

    package func clear() { limbs.update(repeating: 0, count: Self.limbCount) }

    /// Adds a number. Infinities and what is no number make the sum infinite. At most 2³¹ numbers between two calls of `settle`.
    @inline(__always)
    package func add(_ number: Double) {
        let exponent = Int(number.exponentBitPattern)
        guard exponent < 2047 else {
            limbs[Self.limbCount - 1] = 1 << 31
            return
        }
        let digits = number.significandBitPattern | (exponent > 0 ? 1 << 52 : 0)
        let position = max(0, exponent - 1)
        let (limb, shift) = (position >> 5, UInt64(position & 31))
        let low = digits << shift
        limbs[limb] &+= Int64(low & 0xffff_ffff)
        limbs[limb + 1] &+= Int64(low >> 32)
        // Of 53 digits, moved by at most 31, no more than 20 lie beyond the 64th.
        limbs[limb + 2] &+= Int64((digits >> 1) >> (63 - shift))
    }

    /// Adds another sum. Both have been settled.
    package func add(_ other: ExactSum) {
        for index in 0..<Self.limbCount { limbs[index] &+= other.limbs[index] }
    }

    /// Carries over what is more than 32 digits in each limb.
    package func settle() {
        for index in 0..<Self.limbCount - 1 {
            limbs[index + 1] &+= limbs[index] >> 32
            limbs[index] &= 0xffff_ffff
        }
    }

    /// The sum, which has been settled, rounded.
    package var value: Double {
        guard let top = (0..<Self.limbCount).last(where: { limbs[$0] != 0 }) else { return 0 }
        guard top < Self.limbCount - 1 else { return .infinity }
        // From the least to the greatest, of which a double holds no more than the digits of three.
        return (max(0, top - 3)...top).reduce(0) { sum, index in
            sum + Double(sign: .plus, exponent: 32 * index - 1074, significand: Double(limbs[index]))
        }
    }
}
