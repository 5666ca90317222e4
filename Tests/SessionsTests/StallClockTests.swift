import Sessions
import Testing

/// When a step counts as stalled, told by looks that are ten units apart.
@Suite struct StallClockTests {
    /// A look at step `step`, its two workers at `places`.
    private func look(_ clock: inout StallClock<Int>, _ step: Int?, _ places: Int...) -> Bool {
        clock.hasStalled(step: step, at: places, after: 10)
    }

    @Test func aFirstStepMayStandStillForTheLimit() {
        var clock = StallClock<Int>(limit: 50)
        #expect(!look(&clock, 1, 0, 0))
        for _ in 0..<5 { #expect(!look(&clock, 1, 0, 0)) }
        #expect(clock.idle == 50)
        #expect(look(&clock, 1, 0, 0))
    }

    /// One worker that moves is enough, whichever it is, and however long ago the other did.
    @Test func whatMovesHasNotStalled() {
        var clock = StallClock<Int>(limit: 20)
        for place in 0..<40 { #expect(!look(&clock, 1, place / 3, 7)) }
        for place in 0..<40 { #expect(!look(&clock, 1, 13, place / 3)) }
    }

    /// A step that was seen to move after 60 units lets a later one stand still for so long beyond the limit, and no longer.
    @Test func theLongestStepSeenCounts() {
        var clock = StallClock<Int>(limit: 20)
        for place in 0..<7 { #expect(!look(&clock, 1, place, 0)) }
        #expect(!look(&clock, nil, 6, 0))
        // A shorter one takes nothing from it.
        for place in 0..<3 { #expect(!look(&clock, 2, place, 0)) }
        #expect(!look(&clock, 3, 0, 0))
        // Seven looks of ten each at the first step.
        for _ in 0..<9 { #expect(!look(&clock, 3, 0, 0)) }
        #expect(look(&clock, 3, 0, 0))
    }

    /// Between two steps nothing is at work, and a new step begins to count anew, at whatever places the last one ended.
    @Test func timeBetweenStepsIsNotCounted() {
        var clock = StallClock<Int>(limit: 30)
        for _ in 0..<3 { #expect(!look(&clock, 1, 5, 5)) }
        for _ in 0..<100 { #expect(!look(&clock, nil, 5, 5)) }
        for _ in 0..<4 { #expect(!look(&clock, 2, 5, 5)) }
        #expect(look(&clock, 2, 5, 5))
        // Without a look between them, too.
        var other = StallClock<Int>(limit: 30)
        for step in 0..<50 { #expect(!look(&other, step, 5, 5)) }
        #expect(other.idle == 0)
    }
}
