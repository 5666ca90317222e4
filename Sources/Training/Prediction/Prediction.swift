import Glibc

/// What a network says of one image.
public struct Prediction: Sendable, Hashable {
    /// The image's place in its source, from 0.
    public let index: Int
    /// The file it came from, or its place.
    public let name: String
    /// The network's class that it has; nil where nobody says, or the network has no such class.
    public let label: Int?
    /// What the data call the class that it has; nil where nobody says.
    public let labelName: String?
    /// The logits, one per class: what the network puts out, before any softmax.
    public let scores: [Float]

    public init(index: Int, name: String, label: Int?, labelName: String? = nil, scores: [Float]) {
        self.index = index
        self.name = name
        self.label = label
        self.labelName = labelName
        self.scores = scores
    }

    /// The `count` most probable classes, the first first; softmax in double precision. Of equal scores the first class is first; a
    /// score that is no number comes last, and then no probability is one.
    public func best(_ count: Int) -> [(class: Int, probability: Double)] {
        let largest = Double(scores.lazy.filter { !$0.isNaN }.max() ?? 0)
        let sum = scores.reduce(0.0) { $0 + exp(Double($1) - largest) }
        // In an order that is one: with a number that is none, comparisons of scores are not.
        let keys = scores.map { ($0.isNaN ? 1 : 0, -$0.bounded) }
        let order = scores.indices.sorted { (keys[$0].0, keys[$0].1, $0) < (keys[$1].0, keys[$1].1, $1) }
        return order.prefix(count).map { ($0, exp(Double(scores[$0]) - largest) / sum) }
    }
}

extension Float {
    /// Zero in the place of what is no number.
    fileprivate var bounded: Float { isNaN ? 0 : self }
}
