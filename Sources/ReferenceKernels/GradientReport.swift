/// What a `GradientCheck` found.
public struct GradientReport: Sendable, CustomStringConvertible {
    /// A gradient's element, and the difference that it was held to.
    public struct Element: Sendable, Hashable, CustomStringConvertible {
        /// The parameter's name, `images`, or `input 0` of an operation alone.
        public let tensor: String
        /// Its place in the tensor, row-major.
        public let index: Int
        public let gradient: Double
        public let difference: Double
        /// How far the two may be from each other.
        public let allowance: Double

        public var distance: Double { abs(gradient - difference) }

        /// The distance in units of what is allowed: above 1 it is too far. Not-a-number is infinitely far.
        public var excess: Double { distance.isNaN ? .infinity : distance / allowance }

        /// `conv1.weight[3]: gradient 0.5, difference 0.25, 0.25 apart (2e-9 allowed)`.
        public var description: String {
            "\(tensor)[\(index)]: gradient \(gradient), difference \(difference), \(distance) apart (\(allowance) allowed)"
        }
    }

    /// How many elements were compared.
    public private(set) var elementCount = 0
    /// The element that is farthest out, in units of what is allowed for it; nil where nothing was compared.
    public private(set) var worst: Element?
    /// Those that are too far, in the order of the parameters and, behind them, of the inputs.
    public private(set) var failures: [Element] = []

    init() {}

    /// Whether something was compared, and every element is near enough.
    public var isRight: Bool { elementCount > 0 && failures.isEmpty }

    mutating func add(_ element: Element) {
        elementCount += 1
        if !(element.excess <= 1) { failures.append(element) }
        if worst.map({ element.excess > $0.excess }) ?? true { worst = element }
    }

    /// A sentence, and a line for each of the first failures.
    public var description: String {
        guard let worst else { return "no gradient was compared" }
        guard !failures.isEmpty else { return "\(elementCount) elements agree; farthest out: \(worst)" }
        let lines = failures.prefix(Self.shownFailures).map { "\n  \($0)" }.joined()
        let rest = failures.count > Self.shownFailures ? "\n  and \(failures.count - Self.shownFailures) more" : ""
        return "\(failures.count) of \(elementCount) elements are wrong; farthest out: \(worst)\(lines)\(rest)"
    }

    private static let shownFailures = 10
}
