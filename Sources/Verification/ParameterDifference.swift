package import Parallelism
package import Tensors

/// How far a parameter is from one device's after a step.
public struct ParameterDifference: Sendable, Hashable {
    /// One element on both sides.
    public struct Element: Sendable, Hashable {
        /// In the whole parameter.
        public let index: [Int]
        public let expected: Float
        public let found: Float

        /// In units in the last place of the larger of the two; not a number is infinitely far.
        public var ulps: Double { ParameterDifference.ulps(expected, found) }
    }

    public let parameter: String
    /// Steps taken when the largest difference was seen, in units in the last place, and the element that has it.
    public private(set) var step: Int
    public private(set) var largest: Element
    /// The elements that differed at all then, and all there are.
    public private(set) var count: Int
    public let of: Int
    /// How far out the farthest element was in units of what is allowed there (above 1 it is too far), when, and which it is.
    public private(set) var shareOfBound: Double
    public private(set) var farthestStep: Int
    public private(set) var farthest: Element
    /// The distance allowed at the farthest element.
    public private(set) var bound: Double

    /// Nil where every element has the same bits and is finite: what is not finite agrees with nothing, itself included.
    ///
    /// - Parameters:
    ///   - expected: one device's parameter.
    ///   - change: the largest change of any of its elements since the beginning.
    package init?(
        of parameter: String, step: Int, expected: HostTensor, found: HostTensor, change: Double, agreement: Agreement
    ) {
        var (count, largest, farthest) = (0, (place: 0, ulps: -1.0), (place: 0, share: -1.0))
        expected.values.withUnsafeBufferPointer { expected in
            found.values.withUnsafeBufferPointer { found in
                for place in expected.indices
                where expected[place].bitPattern != found[place].bitPattern || !found[place].isFinite {
                    count += 1
                    let ulps = Self.ulps(expected[place], found[place])
                    if ulps > largest.ulps { largest = (place, ulps) }
                    let distance = abs(Double(found[place]) - Double(expected[place]))
                    let allowed = agreement.allowance(change: change, weight: expected[place])
                    // Zeros of two signs are no distance apart, and 0 of 0 allowed is none.
                    let share = !distance.isFinite || !allowed.isFinite ? .infinity : distance == 0 ? 0 : distance / allowed
                    if share > farthest.share { farthest = (place, share) }
                }
            }
        }
        guard count > 0 else { return nil }
        func element(_ place: Int) -> Element {
            Element(index: expected.shape.index(of: place), expected: expected.values[place], found: found.values[place])
        }
        self.parameter = parameter
        self.step = step
        farthestStep = step
        self.count = count
        of = expected.values.count
        self.largest = element(largest.place)
        self.farthest = element(farthest.place)
        shareOfBound = farthest.share
        bound = agreement.allowance(change: change, weight: expected.values[farthest.place])
    }

    /// Takes over what is larger in a difference of the same parameter.
    mutating func merge(_ other: Self) {
        if other.largest.ulps > largest.ulps { (step, largest, count) = (other.step, other.largest, other.count) }
        if other.shareOfBound > shareOfBound {
            (farthestStep, farthest, bound, shareOfBound) = (
                other.farthestStep, other.farthest, other.bound, other.shareOfBound
            )
        }
    }

    private static func ulps(_ a: Float, _ b: Float) -> Double {
        let distance = abs(Double(a) - Double(b))
        guard distance.isFinite else { return .infinity }
        return distance / Double(max(abs(a), abs(b)).ulp)
    }
}

extension [ParameterDifference] {
    /// Takes over what is larger in others, parameter by parameter.
    public mutating func merge(_ others: Self) {
        for other in others {
            if let known = firstIndex(where: { $0.parameter == other.parameter }) {
                self[known].merge(other)
            } else {
                append(other)
            }
        }
    }
}

extension Shape {
    /// The index of the element that is number `place` in row-major order.
    func index(of place: Int) -> [Int] {
        var rest = place
        var index = [Int]()
        for dimension in dimensions.reversed() {
            index.append(rest % dimension)
            rest /= dimension
        }
        return index.reversed()
    }
}
