import Configuration
import Testing
import Training

@Suite struct LearningRateScheduleTests {
    private func rates(_ schedule: LearningRateSchedule) -> [Double] { (0..<schedule.totalSteps).map { schedule[$0] } }

    @Test func constantAfterALinearWarmUp() {
        let schedule = LearningRateSchedule(base: 0.4, shape: .constant, warmupSteps: 4, totalSteps: 6)
        #expect(rates(schedule) == [0.1, 0.2, 0.4 * 0.75, 0.4, 0.4, 0.4])
    }

    @Test func halfACosineOverTheRun() {
        let schedule = LearningRateSchedule(base: 2, shape: .cosine, totalSteps: 4)
        // ½(1 + cos(π k / 4)) for k from 0 to 3.
        for (rate, expected) in zip(rates(schedule), [2, 1.7071067811865475, 1, 0.2928932188134525]) {
            #expect(abs(rate - expected) < 1e-15)
        }
    }

    /// What PyTorch 2 gives for `SequentialLR(o, [LinearLR(o, start_factor=1 / 3, total_iters=2), CosineAnnealingLR(o, T_max=5)],
    /// milestones=[3])` at 0.1.
    @Test func warmUpAndCosineArePyTorchs() {
        let schedule = LearningRateSchedule(base: 0.1, shape: .cosine, warmupSteps: 3, totalSteps: 8)
        let expected = [
            0.03333333333333333, 0.06666666666666667, 0.1, 0.1, 0.09045084971874738, 0.06545084971874737, 0.03454915028125263,
            0.009549150281252633,
        ]
        for (rate, theirs) in zip(rates(schedule), expected) { #expect(abs(rate - theirs) < 1e-15) }
    }

    /// Warm-up ends with the base rate, and the cosine begins with it.
    @Test(arguments: [(1, 2), (3, 8), (5, 6), (84, 2520), (100, 8736)]) func theBaseRateIsReachedAndNeverPassed(
        warmup: Int, total: Int
    ) {
        let schedule = LearningRateSchedule(base: 0.005, shape: .cosine, warmupSteps: warmup, totalSteps: total)
        let rates = rates(schedule)
        #expect(rates[warmup - 1] == 0.005 && rates[warmup] == 0.005)
        #expect(rates.max() == 0.005)
        #expect(zip(rates[..<warmup], rates[..<warmup].dropFirst()).allSatisfy(<))
        #expect(zip(rates[warmup...], rates[warmup...].dropFirst()).allSatisfy(>))
        #expect(rates.allSatisfy { $0 > 0 })
        // The step behind the last would have none.
        #expect(abs(schedule[total]) < 1e-17)
    }

    @Test(arguments: [4, 5, 9]) func aRunNoLongerThanItsWarmUpEndsOnTheRise(warmup: Int) {
        let schedule = LearningRateSchedule(base: 1, shape: .cosine, warmupSteps: warmup, totalSteps: 4)
        #expect(rates(schedule) == (1...4).map { Double($0) / Double(warmup) })
    }

    @Test func fallsAtEachMilestone() {
        let schedule = LearningRateSchedule(base: 1, shape: .step(milestones: [2, 4], factor: 0.5), totalSteps: 6)
        #expect(rates(schedule) == [1, 1, 0.5, 0.5, 0.25, 0.25])
    }

    /// Milestones are counted from the run's beginning, whatever the warm-up.
    @Test func fallsAtMilestonesUnderTheWarmUpToo() {
        let schedule = LearningRateSchedule(base: 1, shape: .step(milestones: [2], factor: 0.5), warmupSteps: 4, totalSteps: 6)
        #expect(rates(schedule) == [0.25, 0.5, 0.375, 0.5, 0.5, 0.5])
    }

    @Test func settingsCountMilestonesInEpochs() throws {
        var settings = TrainingConfiguration()
        try settings.apply(flags: [
            ("learning-rate", "0.1"), ("learning-rate-schedule", "step"), ("milestones", "2,3"), ("milestone-factor", "0.1"),
        ])
        let schedule = settings.learningRateSchedule(stepsPerEpoch: 5, totalSteps: 20)
        #expect(schedule.shape == .step(milestones: [10, 15], factor: 0.1))
    }
}
