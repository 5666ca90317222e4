import Sessions
import Testing
import Training

/// A run's times, from steps whose times are made up.
@Suite struct PaceTests {
    private func pace(_ steps: [(nanoseconds: UInt64, input: UInt64)], clocks: [StepClock] = []) -> Pace {
        steps.reduce(into: Pace()) { $0.noteStep(nanoseconds: $1.nanoseconds, input: $1.input, clocks: clocks) }
    }

    private func isNear(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 1e-12 * abs(b) }

    /// Of 1000 ns in two steps, of a mean of two workers; the wait for the batch is the host's and no worker's.
    @Test func sharesAreThoseOfAMeanWorker() {
        let clocks = [
            StepClock(compute: 300, exchange: 40, waiting: 30, load: 2),
            StepClock(compute: 200, exchange: 20, waiting: 50, load: 8),
        ]
        let shares = pace([(600, 100), (400, 60)], clocks: clocks).shares
        #expect(isNear(shares.compute, 0.5))
        #expect(isNear(shares.exchange, 0.06))
        #expect(isNear(shares.waiting, 0.08))
        #expect(isNear(shares.input, 0.17))
        #expect(isNear(shares.other, 0.19))
    }

    /// Workers' clocks and the host's are read at other moments: nothing is less than none.
    @Test func whatIsLeftIsNeverNegative() {
        let shares = pace([(100, 0)], clocks: [StepClock(compute: 90, exchange: 10, waiting: 5, load: 0)]).shares
        #expect(shares.other == 0 && isNear(shares.compute, 0.9) && isNear(shares.waiting, 0.05))
    }

    @Test func beforeTheFirstStepThereIsNoPace() {
        #expect(Pace().imagesPerSecond(batchSize: 8) == 0 && Pace().secondsLeft(stepsLeft: 5, validationsLeft: 1) == 0)
        #expect(Pace().shares.compute == 0 && Pace().shares.other == 1)
    }

    /// The first step counts until there is a second, and then no more; after that every step moves the pace by a tenth of the way.
    @Test func laterStepsWeighMore() {
        let second: UInt64 = 1_000_000_000
        #expect(isNear(pace([(4 * second, 0)]).imagesPerSecond(batchSize: 32), 8))
        #expect(isNear(pace([(4 * second, 0), (2 * second, 0)]).imagesPerSecond(batchSize: 32), 16))
        let three = pace([(4 * second, 0), (2 * second, 0), (3 * second, 0)])
        #expect(isNear(three.imagesPerSecond(batchSize: 32), 32 / 2.1))
        #expect(isNear(three.secondsLeft(stepsLeft: 10, validationsLeft: 0), 21))
        #expect(three.steps == 3 && three.trainingNanoseconds == 9 * second)
    }

    @Test func passesOverTheValidationSetAreForeseen() {
        var pace = pace([(1_000_000_000, 0)])
        #expect(isNear(pace.secondsLeft(stepsLeft: 3, validationsLeft: 2), 3))
        for seconds in [4, 2] as [UInt64] { pace.noteValidation(nanoseconds: seconds * 1_000_000_000) }
        #expect(isNear(pace.secondsLeft(stepsLeft: 3, validationsLeft: 2), 9))
        #expect(pace.validationNanoseconds == 6_000_000_000)
        pace.noteSave(nanoseconds: 5)
        pace.noteSave(nanoseconds: 7)
        #expect(pace.savingNanoseconds == 12)
        // Thirty million years are enough.
        #expect(pace.secondsLeft(stepsLeft: .max, validationsLeft: 0) == 1e15)
    }
}
