import Devices

/// Measures a run's time: how fast it is, and how long it will take.
struct Pace {
    let began = monotonicNanoseconds()
    private(set) var trainingNanoseconds: UInt64 = 0
    private(set) var validationNanoseconds: UInt64 = 0
    private(set) var inputNanoseconds: UInt64 = 0
    private(set) var savingNanoseconds: UInt64 = 0
    private(set) var steps = 0
    private var validations = 0
    /// Seconds of a step, where later steps weigh more.
    private var recentStep = 0.0

    /// How much of the recent pace a step replaces: about the last twenty count.
    private static let weight = 0.1

    /// What is told of a longer time, seconds: thirty million years, which a whole number of any unit still holds.
    private static let longestSeconds = 1e15

    mutating func noteStep(nanoseconds: UInt64, input: UInt64) {
        let seconds = Double(nanoseconds) / 1e9
        recentStep = steps == 0 ? seconds : recentStep + Self.weight * (seconds - recentStep)
        // The first step touches all memory for the first time; it should not be remembered for long.
        if steps == 1 { recentStep = seconds }
        trainingNanoseconds += nanoseconds
        inputNanoseconds += input
        steps += 1
    }

    mutating func noteValidation(nanoseconds: UInt64) {
        validationNanoseconds += nanoseconds
        validations += 1
    }

    mutating func noteSave(nanoseconds: UInt64) { savingNanoseconds += nanoseconds }

    func imagesPerSecond(batchSize: Int) -> Double { recentStep > 0 ? Double(batchSize) / recentStep : 0 }

    /// - Parameters:
    ///   - stepsLeft: training steps to come.
    ///   - validationsLeft: passes over the validation set to come; unknown in length until the first is over.
    func secondsLeft(stepsLeft: Int, validationsLeft: Int) -> Double {
        let pass = validations == 0 ? 0 : Double(validationNanoseconds) / 1e9 / Double(validations)
        return min(Double(stepsLeft) * recentStep + Double(validationsLeft) * pass, Self.longestSeconds)
    }

    var secondsSinceStart: Double { Double(monotonicNanoseconds() - began) / 1e9 }
}
