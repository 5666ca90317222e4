public import Topology

/// One logical accelerator: some cores, memory on one NUMA node, and work that runs in order on its first core.
public actor Device {
    public nonisolated let index: Int
    /// Its cores and its node.
    public nonisolated let seat: CoreAssignment.Seat
    /// One for each core; the first runs on the device's own executor.
    public nonisolated let lanes: [Lane]
    /// The first lane's core; held strongly, since the runtime only borrows it.
    public nonisolated let executor: CoreExecutor

    /// - Precondition: one executor for each hardware thread of the seat, in its order.
    package init(_ seat: CoreAssignment.Seat, executors: [CoreExecutor]) {
        precondition(
            !executors.isEmpty && executors.map(\.core) == seat.threads, "a device has one executor for each of its cores")
        index = seat.device
        self.seat = seat
        executor = executors[0]
        lanes = executors.enumerated().map { Lane(device: seat.device, index: $0.offset, executor: $0.element) }
    }

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Runs `body` on the device's first core, and keeps it there at every await; while it waits, others who share the core
    /// take their turn.
    public func perform<Result: Sendable, Failure: Error>(
        _ body: @Sendable (isolated Device) async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        try await withTaskExecutorPreference(executor) { () async throws(Failure) -> Result in try await body(self) }
    }
}
