/// The outcome of one batch.
public struct StepResult: Sendable, Hashable {
    /// The examples that count.
    public let count: Int
    /// The mean loss over them, summed in their order; of several losses their weighted sum.
    public let loss: Double
    /// The mean of each loss, by its name.
    public let losses: [String: Double]
    /// How many were right at once.
    public let top1: Int
    /// How many were right among the five best; nil where the network has no more than five classes, of which every one is.
    public let top5: Int?

    package init(count: Int, loss: Double, losses: [String: Double] = [:], top1: Int, top5: Int?) {
        (self.count, self.loss, self.losses, self.top1, self.top5) = (count, loss, losses, top1, top5)
    }

    /// Whether it says anything that the right one of so many classes is among the five best.
    public static func hasTop5(ofClasses count: Int) -> Bool { count > 5 }
}
