/// The window that pooling moves over its input: one entry per spatial dimension, outermost first.
///
/// Output size along a dimension: (input + paddingBegin + paddingEnd − kernel) / stride + 1, rounded down; rounding up is
/// asked for by a larger `paddingEnd`.
package struct PoolingGeometry: Sendable, Hashable {
    package let kernel: [Int]
    package let strides: [Int]
    package let paddingBegin: [Int]
    package let paddingEnd: [Int]

    package init(kernel: [Int], strides: [Int], paddingBegin: [Int], paddingEnd: [Int]) {
        let rank = kernel.count
        precondition(
            rank > 0 && strides.count == rank && paddingBegin.count == rank && paddingEnd.count == rank,
            "a pooling window has as many strides and paddings as kernel sizes, and at least one")
        precondition((kernel + strides).allSatisfy { $0 > 0 }, "kernel \(kernel) and strides \(strides) are at least 1")
        self.kernel = kernel
        self.strides = strides
        self.paddingBegin = paddingBegin
        self.paddingEnd = paddingEnd
    }
}
