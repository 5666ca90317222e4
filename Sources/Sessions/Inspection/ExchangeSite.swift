/// One worker's part in one exchange of a training step, by its place in the worker's program.
package struct ExchangeSite: Sendable, Hashable, Comparable {
    package let worker: Int
    package let device: Int
    package let lane: Int
    /// Its place among the items of the worker's plan.
    package let item: Int
    /// `all-gather`, `update`: what happens.
    package let kind: String
    /// The tensor or the parameter.
    package let tensor: String
    /// The layer that the tensor belongs to.
    package let layer: String
    /// Whether it reads what other workers have made; an update of what a worker has all by itself does not.
    package let isExchange: Bool

    package static func < (a: Self, b: Self) -> Bool { (a.worker, a.item) < (b.worker, b.item) }
}

extension ExchangeSite: CustomStringConvertible {
    package var description: String {
        "device \(device)" + (lane > 0 ? ", lane \(lane)" : "") + ", layer \(layer), \(kind) of \(tensor)"
    }
}

/// An element of an exchange's result that is not what was sent.
package struct ExchangeMismatch: Sendable, Hashable {
    package let site: ExchangeSite
    /// Counted from 0.
    package let step: Int
    /// The first wrong element's index in the whole tensor; nil for padding.
    package let index: [Int]?
    /// Whether it is the optimizer's state that is wrong, not the weight.
    package let isState: Bool
    package let expected: Float
    package let found: Float
    /// The wrong elements of this exchange in this step.
    package let count: Int
}

/// An error to be made: one element of one exchange's result is changed in memory after the exchange, before anybody looks.
package struct ExchangeFault: Sendable, Hashable {
    /// Counted from 0.
    package let step: Int
    package let site: ExchangeSite
    /// Chooses the element: a random number of which the remainder by the number of elements counts.
    package let element: UInt64
    /// The bits that flip. The default doubles a number or halves it, and makes a zero the least normal number.
    package let bits: UInt32

    package init(step: Int, site: ExchangeSite, element: UInt64, bits: UInt32 = 1 << 23) {
        self.step = step
        self.site = site
        self.element = element
        self.bits = bits
    }
}
