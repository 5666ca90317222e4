import Devices

/// How fast an epoch is, as far as this process has trained it.
struct EpochPace {
    private let began = monotonicNanoseconds()
    private let trainedBefore: UInt64
    private let stepsBefore: Int

    /// Begins with the run as `pace` knows it.
    init(_ pace: Pace) {
        trainedBefore = pace.trainingNanoseconds
        stepsBefore = pace.steps
    }

    /// 0 where this process did no step of it.
    func imagesPerSecond(_ pace: Pace, batchSize: Int) -> Double {
        let seconds = Double(pace.trainingNanoseconds - trainedBefore) / 1e9
        return Double((pace.steps - stepsBefore) * batchSize) / max(seconds, 1e-9)
    }

    var seconds: Double { Double(monotonicNanoseconds() - began) / 1e9 }
}
