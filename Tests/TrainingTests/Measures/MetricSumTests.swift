import Sessions
import Testing
import Training

/// What comes of several batches.
@Suite struct MetricSumTests {
    private func sum(_ results: [StepResult]) -> MetricSum {
        results.reduce(into: MetricSum()) { $0.add($1) }
    }

    /// Three batches of 16 and a last one of 5, which counts for its five examples and no more.
    @Test func everyExampleWeighsTheSame() {
        let score = sum([
            StepResult(count: 16, loss: 2, top1: 4, top5: 12), StepResult(count: 16, loss: 0.25, top1: 16, top5: 16),
            StepResult(count: 16, loss: 1, top1: 0, top5: 1), StepResult(count: 5, loss: 8, top1: 1, top5: 2),
        ]).score
        #expect(score.examples == 53)
        #expect(score.loss == 92.0 / 53)
        #expect(score.top1 == 21.0 / 53)
        #expect(score.top5 == 31.0 / 53)
    }

    @Test func aBatchWithoutExamplesCountsForNothing() {
        let some = StepResult(count: 3, loss: 0.5, top1: 2, top5: 3)
        #expect(sum([some, StepResult(count: 0, loss: 0, top1: 0, top5: 0)]).score == sum([some]).score)
        let none = MetricSum().score
        #expect(none.examples == 0 && none.loss == 0 && none.top1 == 0)
    }

    @Test func whatBatchesDoNotHaveTheirSumHasNot() {
        let score = sum([StepResult(count: 2, loss: 1, top1: 1, top5: nil), StepResult(count: 1, loss: 1, top1: 1, top5: nil)])
            .score
        #expect(score.top5 == nil && score.top1 == 2.0 / 3)
    }

    /// A sum that lacks what came before, as where a checkpoint does not tell it, does not tell a part as the whole.
    @Test func aPartOfTheFiveBestIsNoCount() {
        let untold = StepResult(count: 4, loss: 1, top1: 1, top5: nil)
        let told = StepResult(count: 4, loss: 1, top1: 1, top5: 3)
        for results in [[untold, told], [told, untold], [untold, untold]] {
            var sum = MetricSum()
            for result in results { sum.add(result) }
            #expect(sum.top5 == nil && sum.score.top5 == nil)
        }
        var sum = MetricSum()
        for _ in 0..<2 { sum.add(told) }
        #expect(sum.top5 == 6 && sum.score.top5 == 0.75)
    }
}
