/// How small and how large a whole number of the user's may be, and why no larger.
///
/// Every product of two such numbers, and of one with a network's sizes, then fits into 64 bits; and what a number makes the
/// program do ends.
package struct NumberBounds: Sendable, Hashable {
    package let range: ClosedRange<Int>
    /// Why no larger, as it stands in brackets.
    package let reason: String

    package init(_ range: ClosedRange<Int>, _ reason: String) {
        self.range = range
        self.reason = reason
    }

    /// What a message asks for.
    package var expectation: String {
        "a whole number of at least \(range.lowerBound) and at most \(range.upperBound) (\(reason))"
    }

    /// The number that `text` is; nil where it is none, or one beyond the bounds. Digits are those of ASCII, without blanks,
    /// underscores or commas.
    package func number(_ text: String) -> Int? {
        guard let number = Int(text), range.contains(number) else { return nil }
        return number
    }
}

extension NumberBounds {
    package static let devices = NumberBounds(1...1024, "more than the largest machines have cores for")
    package static let coresPerDevice = NumberBounds(1...4096, "see `partrain topology` for what is usable here")
    package static let microBatches = NumberBounds(1...1024, "a plan has entries of their own for each micro-batch")
    package static let classes = NumberBounds(1...(1 << 20), "more than any set of images has")
    package static let batchSize = NumberBounds(1...(1 << 20), "a batch is held in memory, whole")
    /// Far more than anybody can train, so that a run may be told to go on until it is stopped.
    package static let epochs = NumberBounds(1...1_000_000_000_000, "a thousand a second take thirty years")
    /// At a microsecond a step more than thirty years; exact as a double, as in JSON.
    package static let steps = NumberBounds(1...1_000_000_000_000_000, "more than thirty years of microseconds")
    package static let warmupSteps = NumberBounds(0...steps.range.upperBound, steps.reason)
    package static let resize = NumberBounds(1...4096, "decoded images are kept in memory, three bytes a pixel")
    package static let inputSize = NumberBounds(1...4096, "as large as the largest images")
    package static let padCrop = NumberBounds(0...1024, "0 is none; more than a quarter of the largest images")
    package static let cutout = NumberBounds(0...4096, "0 is none; as large as the largest images")
    package static let stallTimeout = NumberBounds(0...1_000_000, "seconds; 0 is never")
    package static let evaluateEvery = NumberBounds(0...epochs.range.upperBound, "0 is never")
    package static let saveEvery = NumberBounds(0...steps.range.upperBound, "0 saves only the best and the last")
    package static let keep = NumberBounds(1...1_000_000, "each is a file of its own")
    package static let verifiedSteps = NumberBounds(1...1000, "the weights of every step are kept, to be compared")
    package static let profiledSteps = NumberBounds(1...10_000, "every step's times are kept in memory")
    package static let profiledWarmUp = NumberBounds(0...10_000, "a few are enough for caches and clocks to settle")
}

/// A number with a fraction as people write it, and where it may lie. Weights are in single precision, so a number that single
/// precision does not hold would be infinite, or zero, where it is used.
enum DecimalNumber {
    /// What single precision holds in full, with room for a product on either side.
    static let range = 1e-37...1e37

    /// The number that `text` is, `0.01` or `1e-3`; nil where it is none. Neither hexadecimal digits nor words such as `inf`.
    static func read(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ "0123456789.eE+-".utf8.contains($0) }), let number = Double(text) else { return nil }
        // Of the two zeros the plain one.
        return number == 0 ? 0 : number
    }
}
