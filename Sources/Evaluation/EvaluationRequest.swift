public import Configuration
public import Datasets

/// What is evaluated, and how each image is shown.
public struct EvaluationRequest: Sendable {
    /// Files of weights, each with what belongs to it as `Predictor` has it; of several the probabilities are averaged.
    public var weights: [String]
    public var crops: ImageViews.Crops
    /// Pixels of the shorter side that images are scaled to, one after another; nothing for the size of the weights' own.
    public var scales: [Int]
    /// Pairs of shifted windows of each image, of which it is counted how often both are said to be the same; 0: none.
    public var shiftedPairs: Int
    /// Settings over those of the weights.
    public var given: [GivenSetting]

    /// More than tell anybody anything.
    package static let mostPairs = 1000
    package static let mostScales = 32

    public init(
        weights: [String], crops: ImageViews.Crops = .centre, scales: [Int] = [], shiftedPairs: Int = 0,
        given: [GivenSetting] = []
    ) {
        self.weights = weights
        self.crops = crops
        self.scales = scales
        self.shiftedPairs = shiftedPairs
        self.given = given
    }

    /// Reads the numbers of `--scales`. Throws `ConfigurationError.setting` where the text is none.
    public static func scales(_ text: String) throws(ConfigurationError) -> [Int] {
        let bounds = NumberBounds.resize
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { bounds.number($0.filter { $0 != " " }) }
        guard numbers.count == parts.count, numbers.count <= mostScales, Set(numbers).count == numbers.count else {
            throw .setting(
                place: "--scales", value: text,
                expectation: "at most \(mostScales) different numbers of pixels, such as 256,384, each at least "
                    + "\(bounds.range.lowerBound) and at most \(bounds.range.upperBound)")
        }
        return numbers
    }

    /// Throws `ConfigurationError` where nothing could be evaluated so.
    func check() throws(ConfigurationError) {
        guard !weights.isEmpty else {
            throw .contradiction("no weights are given; give --init-from with one file of weights, or several")
        }
        if let twice = weights.first(where: { path in weights.count { $0 == path } > 1 }) {
            throw .contradiction("\(twice) is given twice; weights count once each, so leave it out once")
        }
        guard scales.isEmpty || !given.contains(where: { $0.name == "resize" }) else {
            throw .contradiction("resize and scales both say what images are scaled to; give one of them")
        }
        guard (0...Self.mostPairs).contains(shiftedPairs) else {
            throw .setting(
                place: "--shift-consistency", value: "\(shiftedPairs)",
                expectation: "a whole number of at least 0 and at most \(Self.mostPairs) (pairs of each image)")
        }
    }
}
