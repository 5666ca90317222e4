/// Philox4x32-10, a counter-based random generator: a keyed bijection of 128-bit counters, so that any element of the
/// sequence can be had without those before it, and no state exists that could be lost or differ between devices.
///
/// Source: J. Salmon, M. Moraes, R. Dror, D. Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011, section 3.3;
/// checked against the published vectors of its authors' Random123 distribution.
public struct Philox: Sendable {
    public typealias Block = SIMD4<UInt32>

    @usableFromInline let key: SIMD2<UInt32>

    public init(key: SIMD2<UInt32>) {
        self.key = key
    }

    /// The four 32-bit words at `counter`. Cost: ten rounds of two 32 × 32-bit products.
    @inlinable
    public func callAsFunction(_ counter: Block) -> Block {
        var x0 = counter.x
        var x1 = counter.y
        var x2 = counter.z
        var x3 = counter.w
        var k0 = key.x
        var k1 = key.y
        for _ in 0..<10 {
            let p0 = UInt64(x0) &* 0xD251_1F53
            let p1 = UInt64(x2) &* 0xCD9E_8D57
            x0 = UInt32(truncatingIfNeeded: p1 >> 32) ^ x1 ^ k0
            x2 = UInt32(truncatingIfNeeded: p0 >> 32) ^ x3 ^ k1
            x1 = UInt32(truncatingIfNeeded: p1)
            x3 = UInt32(truncatingIfNeeded: p0)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return Block(x0, x1, x2, x3)
    }
}
