/// Eight neighbouring elements, handled at once. In-house loops go by lanes explicitly: so they stay vector code where an
/// output takes over an input's memory, and a sum over a row has one order, whatever the processor.
typealias Lanes = SIMD8<Float>

/// Calls `body` with the start and width of each run of at most eight elements of `0..<count`; all but the last are full.
@inline(__always)
func forEachLanes(of count: Int, _ body: (_ start: Int, _ width: Int) -> Void) {
    let full = Lanes.scalarCount
    var start = 0
    while start &+ full <= count {
        body(start, full)
        start &+= full
    }
    if start < count { body(start, count &- start) }
}

extension UnsafeMutablePointer<Float> {
    /// The elements from `start`; lanes beyond `width` are 0.
    @inline(__always)
    func lanes(_ start: Int, _ width: Int) -> Lanes {
        if width == Lanes.scalarCount { return UnsafeRawPointer(self + start).loadUnaligned(as: Lanes.self) }
        var lanes = Lanes(repeating: 0)
        for lane in 0..<width { lanes[lane] = self[start &+ lane] }
        return lanes
    }

    /// Writes the first `width` lanes to the elements from `start`.
    @inline(__always)
    func setLanes(_ start: Int, _ width: Int, to lanes: Lanes) {
        if width == Lanes.scalarCount {
            UnsafeMutableRawPointer(self + start).storeBytes(of: lanes, as: Lanes.self)
        } else {
            for lane in 0..<width { self[start &+ lane] = lanes[lane] }
        }
    }

    /// The sum of `count` elements: each lane adds every eighth, then the lanes are added in halves.
    @inline(__always)
    func laneSum(_ count: Int) -> Float {
        var sum = Lanes(repeating: 0)
        forEachLanes(of: count) { sum += lanes($0, $1) }
        return sum.halvingSum
    }
}

extension UnsafeBufferPointer where Element: SIMDScalar & BinaryFloatingPoint {
    /// The elements from `start`; lanes beyond `width` are 0.
    @inline(__always)
    func lanes(_ start: Int, _ width: Int) -> SIMD8<Element> {
        if width == SIMD8<Element>.scalarCount, let baseAddress {
            return UnsafeRawPointer(baseAddress + start).loadUnaligned(as: SIMD8<Element>.self)
        }
        var lanes = SIMD8<Element>(repeating: 0)
        for lane in 0..<width { lanes[lane] = self[start &+ lane] }
        return lanes
    }
}

extension SIMD8 where Scalar: FloatingPoint {
    /// The sum of the lanes: upper half onto lower half, three times.
    @inline(__always)
    var halvingSum: Scalar {
        let four = lowHalf + highHalf
        let two = four.lowHalf + four.highHalf
        return two.x + two.y
    }
}
