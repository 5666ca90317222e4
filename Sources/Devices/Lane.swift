/// One core of a device at work: what runs on it runs on its pinned thread, and stays there at every await.
public actor Lane {
    /// The device it belongs to.
    public nonisolated let device: Int
    /// Its number within the device.
    public nonisolated let index: Int
    /// The core's executor; held strongly, since the runtime only borrows it.
    public nonisolated let executor: CoreExecutor
    /// What this lane spends its time on; off until it is started.
    package let recorder = CoreRecorder()

    package init(device: Int, index: Int, executor: CoreExecutor) {
        (self.device, self.index, self.executor) = (device, index, executor)
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs `body` on the lane's core, and keeps it there at every await; while it waits, others who share the core take
    /// their turn. Costs two jobs to begin with, then one for each wait.
    public func perform<Result: Sendable, Failure: Error>(
        _ body: @Sendable (isolated Lane) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await withTaskExecutorPreference(executor) { () async throws(Failure) -> Result in try await body(self) }
    }
}
