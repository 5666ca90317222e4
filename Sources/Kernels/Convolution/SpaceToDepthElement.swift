import CKernels
package import OneDNN

/// A number as phases hold it: in single precision, or rounded to bfloat16.
package protocol SpaceToDepthElement: BitwiseCopyable, ExpressibleByIntegerLiteral {
    static func rounded(_ number: Float) -> Self
    /// Sorts four rows by their positions within squares of 4 × 4: see `ckernels_phases_of_four`.
    static func gatherSquares(
        _ count: Int, _ source: UnsafePointer<Float>, row: Int, into place: UnsafeMutablePointer<Self>,
        _ instructions: InstructionSet)
}

extension Float: SpaceToDepthElement {
    @inline(__always) package static func rounded(_ number: Float) -> Float { number }

    package static func gatherSquares(
        _ count: Int, _ source: UnsafePointer<Float>, row: Int, into place: UnsafeMutablePointer<Float>,
        _ instructions: InstructionSet
    ) {
        ckernels_phases_of_four(instructions.number, Int64(count), source, Int64(row), place)
    }
}

/// The bits of a bfloat16: the upper half of a number in single precision, rounded to the nearest, of two equally near to the even
/// one; what is no number stays none.
extension UInt16: SpaceToDepthElement {
    @inline(__always) package static func rounded(_ number: Float) -> UInt16 {
        let bits = number.bitPattern
        let nearest = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
        return UInt16(truncatingIfNeeded: number.isNaN ? bits >> 16 | 0x40 : nearest)
    }

    package static func gatherSquares(
        _ count: Int, _ source: UnsafePointer<Float>, row: Int, into place: UnsafeMutablePointer<UInt16>,
        _ instructions: InstructionSet
    ) {
        ckernels_phases_of_four_in_bfloat16(instructions.number, Int64(count), source, Int64(row), place)
    }
}
