/// Finds infinities and not-a-numbers by the bits of their exponents, in operations that every vector unit has.
struct Finiteness {
    private var bits: UInt32 = 0

    /// The sign bit stays 0 as long as all values are finite: adding to the lowest bit of an exponent of ones alone carries that far.
    @inline(__always)
    mutating func note(_ value: Float) {
        bits |= (value.bitPattern & 0x7fff_ffff) &+ 0x0080_0000
    }

    @inline(__always)
    mutating func note(_ other: Finiteness) { bits |= other.bits }

    var holds: Bool { bits & 0x8000_0000 == 0 }
}

extension UnsafePointer<Float> {
    func areFinite(count: Int) -> Bool {
        var finiteness = Finiteness()
        for index in 0..<count { finiteness.note(self[index]) }
        return finiteness.holds
    }
}

/// Thrown by a kernel whose result is not finite. Whence that came is looked for when all workers stand still.
struct NotFinite: Error {}
