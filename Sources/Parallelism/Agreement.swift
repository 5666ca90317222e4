public import Networks

/// How near the parameters of a network must stay to those that one device computes, where the same sums are added in another order:
///
///     |w − w₁| ≤ share · change + rounding · |w₁|
///
/// *change* is the largest change of any element of the parameter since the beginning, so that a small learning rate hides nothing:
/// what leaves out a micro-batch, a term or an exchange is wrong by the order of the change itself. *rounding* is half a unit in the
/// last place of the weight for each update, and one whole for a start one unit away. *share* is for the rounding of gradients: in a
/// smooth network it stays below 2e-4, and 1e-3 is allowed; where ReLUs and pooling windows decide, a near tie may go the other way,
/// and then one example's part of a gradient in one step is another: one part in examples · steps for each.
public struct Agreement: Sendable, Hashable {
    /// Steps since the beginning.
    public let steps: Int
    public let shareOfChange: Double
    /// Of the weight.
    public let rounding: Double

    /// What is allowed for the rounding of gradients where nothing is decided.
    public static let smoothShare = 1e-3

    /// Near ties allowed for in a network that decides anything: what the shipped ones take in ten steps.
    private static let commonNearTies = 3

    /// Above this share what a device leaves out might hide.
    public static let widestShare = 0.25

    /// - Parameters:
    ///   - batchSize: N, the global batch.
    ///   - nearTies: how many decisions of one unit may go the other way.
    public init(steps: Int, batchSize: Int, nearTies: Int) {
        precondition(steps > 0 && batchSize > 0, "nothing was learnt in \(steps) steps of \(batchSize) examples")
        self.steps = steps
        shareOfChange = max(Self.smoothShare, Double(nearTies) / Double(batchSize * steps))
        rounding = Double(steps + 2) * 0x1p-24
    }

    /// The parameters' changes as they count. A normalisation by the statistics of a micro-batch takes out what is alike in all of it: the bias
    /// in front of one has a gradient of nothing but rounding, whose terms are as large as those of others. So where there is one, a change
    /// counts as at least a hundredth of the network's largest.
    public static func counted(_ changes: [Double], in graph: Graph) -> [Double] {
        let least = leastChange(in: graph) * (changes.max() ?? 0)
        return changes.map { max($0, least) }
    }

    /// As at least which share of the network's largest change a parameter's counts.
    public static func leastChange(in graph: Graph) -> Double {
        graph.nodes.contains(where: \.operation.mixesExamples) ? 0.01 : 0
    }

    /// How many near ties a network is allowed for: none where everything is smooth.
    public static func nearTies(in graph: Graph) -> Int {
        let decides = graph.nodes.contains { ($0.operation as? Activation)?.function == .relu || $0.operation is MaxPooling }
        return decides ? commonNearTies : 0
    }

    /// How many near ties would explain twice a distance that was `shareOfBound` of what this allows.
    public func nearTies(explaining shareOfBound: Double, batchSize: Int) -> Int {
        // Whatever is not known to be explained is not.
        guard !(shareOfBound * 2 <= 1) else { return 0 }
        let ties = 2 * shareOfBound * shareOfChange * Double(batchSize * steps)
        return ties < 1e9 ? Int(ties.rounded(.up)) : Int(1e9)
    }

    /// The distance allowed for a weight of a parameter that changed by at most `change`.
    public func allowance(change: Double, weight: Float) -> Double {
        shareOfChange * change + rounding * Double(abs(weight))
    }
}
