/// Where a run is, beside its weights: all that a later process needs to end as this one would have.
///
/// Random numbers follow from the seed and the step, and so does the learning rate; neither leaves anything to remember.
struct RunState: Sendable, Hashable {
    /// Steps done.
    var step = 0
    /// Over the steps of the epoch under way.
    var epoch = MetricSum()
    /// The step after which the end of an epoch was last worked off: validated and told.
    var evaluatedStep = 0
    /// Over the training steps of the epoch that ended at `evaluatedStep`.
    var training = MetricSum()
    /// The last pass over the validation set.
    var validation: MetricSum?
    /// The step after which that was.
    var validatedStep = 0
    var best: Best?

    /// The highest share of the validation set that was right at once, and when it was first reached.
    struct Best: Sendable, Hashable {
        var top1: Double
        var step: Int
    }

    /// The share of the validation set that the weights of this very step get right at once; nil where nobody has asked.
    var topOne: Double? {
        guard validatedStep == step, let score = validation?.score, score.isFinite else { return nil }
        return score.top1
    }

    /// Takes a validation's outcome over; true where it is the best so far. Of equals the first stays, and what is not finite is never it.
    mutating func note(_ sum: MetricSum) -> Bool {
        validation = sum
        validatedStep = step
        let top1 = sum.score.top1
        guard sum.score.isFinite, top1 > best?.top1 ?? -1 else { return false }
        best = Best(top1: top1, step: step)
        return true
    }
}
