/// A number as phases hold it: in single precision, or rounded to bfloat16.
protocol PhaseElement: BitwiseCopyable, ExpressibleByIntegerLiteral {
    static func rounded(_ number: Float) -> Self
    /// Four neighbours, or two, rounded.
    static func store(_ run: SIMD4<Float>, at place: UnsafeMutablePointer<Self>)
    static func store(_ run: SIMD2<Float>, at place: UnsafeMutablePointer<Self>)
}

extension Float: PhaseElement {
    @inline(__always) static func rounded(_ number: Float) -> Float { number }

    @inline(__always) static func store(_ run: SIMD4<Float>, at place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: run, as: SIMD4<Float>.self)
    }

    @inline(__always) static func store(_ run: SIMD2<Float>, at place: UnsafeMutablePointer<Float>) {
        UnsafeMutableRawPointer(place).storeBytes(of: run, as: SIMD2<Float>.self)
    }
}

/// The bits of a bfloat16: the upper half of a number in single precision, rounded to the nearest, of two equally near to the even
/// one; what is no number stays none.
extension UInt16: PhaseElement {
    @inline(__always) static func rounded(_ number: Float) -> UInt16 {
        let bits = number.bitPattern
        let nearest = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
        return UInt16(truncatingIfNeeded: number.isNaN ? bits >> 16 | 0x40 : nearest)
    }

    @inline(__always) static func store(_ run: SIMD4<Float>, at place: UnsafeMutablePointer<UInt16>) {
        let bits = unsafeBitCast(run, to: SIMD4<UInt32>.self)
        var nearest = (bits &+ 0x7FFF &+ (bits &>> 16 & 1)) &>> 16
        nearest.replace(with: bits &>> 16 | 0x40, where: bits & 0x7FFF_FFFF .> 0x7F80_0000)
        UnsafeMutableRawPointer(place).storeBytes(
            of: SIMD4<UInt16>(truncatingIfNeeded: nearest), as: SIMD4<UInt16>.self)
    }

    @inline(__always) static func store(_ run: SIMD2<Float>, at place: UnsafeMutablePointer<UInt16>) {
        place[0] = rounded(run.x)
        place[1] = rounded(run.y)
    }
}
