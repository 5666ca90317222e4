import Execution

/// Adds up the outcomes of batches.
struct ScoreSum: Sendable, Hashable {
    var examples = 0
    /// Over the examples, in the order of the batches.
    var loss = 0.0
    var top1 = 0
    var top5 = 0

    mutating func add(_ result: StepResult) {
        examples += result.count
        loss += result.loss * Double(result.count)
        top1 += result.top1
        top5 += result.top5
    }

    var score: Score {
        let count = Double(max(examples, 1))
        return Score(examples: examples, loss: loss / count, top1: Double(top1) / count, top5: Double(top5) / count)
    }
}
