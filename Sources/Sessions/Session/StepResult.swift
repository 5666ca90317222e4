/// The outcome of one batch.
public struct StepResult: Sendable, Hashable {
    /// The examples that count.
    public let count: Int
    /// The mean loss over them, summed in their order.
    public let loss: Double
    /// How many were right at once.
    public let top1: Int
    /// How many were right among the five best; nil where the network has no more than five classes, of which every one is.
    public let top5: Int?

    package init(count: Int, loss: Double, top1: Int, top5: Int?) {
        (self.count, self.loss, self.top1, self.top5) = (count, loss, top1, top5)
    }

    /// Whether it says anything that the right one of so many classes is among the five best.
    public static func hasTop5(ofClasses count: Int) -> Bool { count > 5 }
}
