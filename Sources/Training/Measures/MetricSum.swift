package import Sessions

/// Adds up the outcomes of batches.
package struct MetricSum: Sendable, Hashable {
    package internal(set) var examples = 0
    /// Over the examples, in the order of the batches.
    package internal(set) var loss = 0.0
    package internal(set) var top1 = 0
    /// Nil where a batch has none, or one that was added before this sum was read again: a part would be no count.
    package internal(set) var top5: Int?

    package init() {}

    package mutating func add(_ result: StepResult) {
        top5 = examples == 0 ? result.top5 : top5.flatMap { sum in result.top5.map { sum + $0 } }
        examples += result.count
        loss += result.loss * Double(result.count)
        top1 += result.top1
    }

    package var score: Score {
        let count = Double(max(examples, 1))
        return Score(
            examples: examples, loss: loss / count, top1: Double(top1) / count, top5: top5.map { Double($0) / count })
    }
}
