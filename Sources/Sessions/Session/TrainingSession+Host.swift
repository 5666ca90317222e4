extension TrainingSession {
    /// Runs `body`, which takes one step after another, on the first device's core.
    ///
    /// Otherwise each step wakes two threads, one to begin it and one to hear of its end, which costs a small network as much as
    /// some of its layers. What `body` does between the steps then takes that core's time, and that of tasks that it starts, too.
    public func onFirstCore<Result, Failure: Error>(
        _ body: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await withTaskExecutorPreference(firstExecutor) { () async throws(Failure) -> Result in try await body() }
    }
}
