import Devices
package import Sessions

/// Measures a run's time: how fast it is, and how long it will take.
package struct Pace {
    let began = monotonicNanoseconds()
    package private(set) var trainingNanoseconds: UInt64 = 0
    package private(set) var validationNanoseconds: UInt64 = 0
    package private(set) var inputNanoseconds: UInt64 = 0
    package private(set) var savingNanoseconds: UInt64 = 0
    package private(set) var steps = 0
    /// Summed over workers and steps.
    private var clock = StepClock()
    private var workers = 1
    private var validations = 0
    /// Seconds of a step, where later steps weigh more.
    private var recentStep = 0.0

    /// How much of the recent pace a step replaces: about the last twenty count.
    private static let weight = 0.1

    /// What is told of a longer time, seconds: thirty million years, which a whole number of any unit still holds.
    private static let longestSeconds = 1e15

    package init() {}

    /// - Parameters:
    ///   - nanoseconds: of the whole step, the wait for its batch included.
    ///   - input: of these, the wait for the batch.
    ///   - clocks: what each worker spent its time on.
    package mutating func noteStep(nanoseconds: UInt64, input: UInt64, clocks: [StepClock]) {
        let seconds = Double(nanoseconds) / 1e9
        recentStep = steps == 0 ? seconds : recentStep + Self.weight * (seconds - recentStep)
        // The first step touches all memory for the first time; it should not be remembered for long.
        if steps == 1 { recentStep = seconds }
        trainingNanoseconds += nanoseconds
        inputNanoseconds += input
        clock = clocks.reduce(clock, +)
        workers = max(1, clocks.count)
        steps += 1
    }

    package mutating func noteValidation(nanoseconds: UInt64) {
        validationNanoseconds += nanoseconds
        validations += 1
    }

    package mutating func noteSave(nanoseconds: UInt64) { savingNanoseconds += nanoseconds }

    /// What the time of training went to so far.
    package var shares: TimeShares {
        TimeShares(clock: clock, workers: workers, inputNanoseconds: inputNanoseconds, wallNanoseconds: trainingNanoseconds)
    }

    package func imagesPerSecond(batchSize: Int) -> Double { recentStep > 0 ? Double(batchSize) / recentStep : 0 }

    /// - Parameters:
    ///   - stepsLeft: training steps to come.
    ///   - validationsLeft: passes over the validation set to come; unknown in length until the first is over.
    package func secondsLeft(stepsLeft: Int, validationsLeft: Int) -> Double {
        let pass = validations == 0 ? 0 : Double(validationNanoseconds) / 1e9 / Double(validations)
        return min(Double(stepsLeft) * recentStep + Double(validationsLeft) * pass, Self.longestSeconds)
    }

    var secondsSinceStart: Double { Double(monotonicNanoseconds() - began) / 1e9 }
}
