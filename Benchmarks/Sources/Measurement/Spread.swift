/// The median of some measurements, and how far they reach.
public struct Spread: Sendable, Codable {
    public let median: Double
    public let least: Double
    public let most: Double

    /// - Precondition: at least one value.
    public init(_ values: [Double]) {
        precondition(!values.isEmpty, "nothing was measured")
        let sorted = values.sorted()
        let middle = sorted.count / 2
        median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
        least = sorted[0]
        most = sorted[sorted.count - 1]
    }
}

extension Spread {
    public func divided(by number: Double) -> Spread {
        Spread([least / number, median / number, most / number])
    }

    /// `1.84 (1.79–1.90)`
    public var range: String { "\(median.brief) (\(least.brief)–\(most.brief))" }
}
