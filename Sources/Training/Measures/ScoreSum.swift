package import Execution

/// Adds up the outcomes of batches.
package struct ScoreSum: Sendable, Hashable {
    package internal(set) var examples = 0
    /// Over the examples, in the order of the batches.
    package internal(set) var loss = 0.0
    package internal(set) var top1 = 0
    /// Nil where the batches have none.
    package internal(set) var top5: Int?

    package init() {}

    package mutating func add(_ result: StepResult) {
        examples += result.count
        loss += result.loss * Double(result.count)
        top1 += result.top1
        top5 = result.top5.map { (top5 ?? 0) + $0 }
    }

    package var score: Score {
        let count = Double(max(examples, 1))
        return Score(
            examples: examples, loss: loss / count, top1: Double(top1) / count, top5: top5.map { Double($0) / count })
    }
}
