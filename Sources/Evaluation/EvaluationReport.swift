public import JSONText

/// What came of an evaluation.
public struct EvaluationReport: Sendable, Hashable {
    /// Over the images that have a class of the network.
    public struct Score: Sendable, Hashable {
        /// How many they are.
        public let images: Int
        /// The mean of −ln p, p being the probability of the right class.
        public let loss: Double
        /// The share of the images whose class is the most probable.
        public let top1: Double
        /// The share of those whose class is among the five most probable; nil where there are no more than five.
        public let top5: Double?

        /// Of `top1`, as of `images` independent draws: √(p (1 − p) / n).
        public var standardError: Double { (top1 * (1 - top1) / Double(images)).squareRoot() }
    }

    /// How often two shifted windows of an image are said to be of one class.
    public struct ShiftConsistency: Sendable, Hashable {
        /// The share of all pairs.
        public let share: Double
        /// Of the share, from its spread over the images.
        public let standardError: Double
        /// Pairs of each image.
        public let pairs: Int
        /// The most rows and the most columns by which two windows lie apart.
        public let rows: Int
        public let columns: Int
    }

    /// One file of weights alone.
    public struct Member: Sendable, Hashable {
        public let path: String
        public let score: Score
    }

    /// Where the images come from.
    public let data: String
    /// Images whose class the network does not have: not counted.
    public let unscored: Int
    /// Windows of each image, over all scales.
    public let views: Int
    public let members: [Member]
    /// Of the mean of all probabilities, over views and members.
    public let score: Score
    public let shift: ShiftConsistency?

    public var json: JSONValue {
        .members([
            "event": "evaluation", "data": data, "images": score.images, "unscored": unscored, "views": views,
            "loss": score.loss, "top1": score.top1, "top1_standard_error": score.standardError, "top5": score.top5,
            "members": members.map { member in
                JSONValue.members([
                    "path": member.path, "loss": member.score.loss, "top1": member.score.top1, "top5": member.score.top5,
                ])
            },
            "shift_consistency": shift?.share, "shift_standard_error": shift?.standardError, "shift_pairs": shift?.pairs,
            "shift_rows": shift?.rows, "shift_columns": shift?.columns,
        ])
    }
}
