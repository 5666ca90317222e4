import Planning

extension TrainingError {
    /// The error with which a run ends when a step failed: numbers that ran away get the advice that helps against it.
    static func ending(_ error: ExecutionError, learningRate: Double) -> any Error {
        guard case .notFinite(let value) = error, !value.isInBatch else { return error }
        return TrainingError.diverged(value, learningRate: learningRate)
    }
}
