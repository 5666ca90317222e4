import Networks

extension TrainingSession {
    /// Whether the update rule keeps an exponential average of the weights; see `ExponentialAverage`.
    public var hasAveragedWeights: Bool { optimizer.slots.contains(ExponentialAverage.slot) }

    /// Runs `body`, evaluations say, with the average in the weights' place. Where the rule keeps none, with the weights.
    ///
    /// Takes no memory: each worker exchanges its slices, before and after. Throws what made the session fail, and what `body` throws; the
    /// weights are back then, too, unless the session has failed.
    public func withAveragedWeights<Result>(_ body: () async throws -> Result) async throws -> Result {
        guard let slot = optimizer.slots.firstIndex(of: ExponentialAverage.slot) else { return try await body() }
        try await command(.exchangeWeights(slot: slot))
        let result: Result
        do { result = try await body() } catch {
            if shared.failures.failure == nil { try await command(.exchangeWeights(slot: slot)) }
            throw error
        }
        try await command(.exchangeWeights(slot: slot))
        return result
    }
}
