import Foundation
import Testing
import Training

@Suite struct LearningRateScheduleTests {
    @Test func constantAfterALinearWarmUp() {
        let schedule = LearningRateSchedule(base: 0.4, shape: .constant, warmupSteps: 4, totalSteps: 10)
        #expect((0..<6).map { schedule[$0] } == [0.1, 0.2, 0.4 * 0.75, 0.4, 0.4, 0.4])
    }

    @Test func halfACosineTimesTheWarmUp() {
        let schedule = LearningRateSchedule(base: 0.005, shape: .cosine, warmupSteps: 84, totalSteps: 2520)
        for step in 0..<2520 {
            let cosine = 0.005 * 0.5 * (1 + cos(Double.pi * Double(step) / 2520))
            let expected = step < 84 ? cosine * Double(step + 1) / 84 : cosine
            #expect(abs(schedule[step] - expected) < 1e-15)
        }
        #expect(abs(schedule[1260] - 0.0025) < 1e-15)
    }

    @Test func fallsAtEachMilestone() {
        let schedule = LearningRateSchedule(base: 1, shape: .step(milestones: [2, 4], factor: 0.5), totalSteps: 6)
        #expect((0..<6).map { schedule[$0] } == [1, 1, 0.5, 0.5, 0.25, 0.25])
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
