/// How a kernel moves over its input: one entry per spatial dimension, outermost first.
///
/// Output size along a dimension: (input + paddingBegin + paddingEnd − dilation · (kernel − 1) − 1) / stride + 1, rounded down.
package struct ConvolutionGeometry: Sendable, Hashable {
    package let strides: [Int]
    /// Distance between neighbouring kernel elements; 1 is dense.
    package let dilations: [Int]
    package let paddingBegin: [Int]
    package let paddingEnd: [Int]

    package init(strides: [Int], dilations: [Int], paddingBegin: [Int], paddingEnd: [Int]) {
        let rank = strides.count
        precondition(
            rank > 0 && dilations.count == rank && paddingBegin.count == rank && paddingEnd.count == rank,
            "a convolution's geometry has as many dilations and paddings as strides, and at least one")
        precondition(strides.allSatisfy { $0 > 0 }, "strides are at least 1, not \(strides)")
        precondition(dilations.allSatisfy { $0 > 0 }, "dilations are at least 1 (dense), not \(dilations)")
        self.strides = strides
        self.dilations = dilations
        self.paddingBegin = paddingBegin
        self.paddingEnd = paddingEnd
    }

    /// oneDNN counts the elements left out between two of the kernel's.
    var skippedElements: [Int64] { dilations.map { Int64($0 - 1) } }
}
