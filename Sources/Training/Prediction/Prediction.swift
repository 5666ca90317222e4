import Glibc

/// What a network says of one picture.
public struct Prediction: Sendable, Hashable {
    /// The picture's place in its source, from 0.
    public let index: Int
    /// The file it came from, or its place.
    public let name: String
    /// The class that it has; nil where nobody says.
    public let label: Int?
    /// The logits, one per class: what the network puts out, before any softmax.
    public let scores: [Float]

    public init(index: Int, name: String, label: Int?, scores: [Float]) {
        self.index = index
        self.name = name
        self.label = label
        self.scores = scores
    }

    /// The `count` most probable classes, the first first; softmax in double precision. Of equal scores the first class is first.
    public func best(_ count: Int) -> [(class: Int, probability: Double)] {
        let largest = Double(scores.max() ?? 0)
        let sum = scores.reduce(0.0) { $0 + exp(Double($1) - largest) }
        let order = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }
        return order.prefix(count).map { ($0, exp(Double(scores[$0]) - largest) / sum) }
    }
}
