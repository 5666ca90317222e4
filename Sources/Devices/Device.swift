public import Topology

/// One logical accelerator: some cores, memory on one NUMA node, and work that runs in order on its first core.
public actor Device {
    public nonisolated let index: Int
    /// Its cores and its node.
    public nonisolated let deviceCores: CoreAssignment.DeviceCores
    /// One for each core; the first runs on the device's own executor.
    public nonisolated let lanes: [Lane]
    /// The first lane's core; held strongly, since the runtime only borrows it.
    public nonisolated let executor: CoreExecutor

    /// - Precondition: one executor for each hardware thread of `deviceCores`, in its order.
    package init(_ deviceCores: CoreAssignment.DeviceCores, executors: [CoreExecutor]) {
        precondition(
            !executors.isEmpty && executors.map(\.core) == deviceCores.threads, "a device has one executor for each of its cores")
        index = deviceCores.device
        self.deviceCores = deviceCores
        executor = executors[0]
        lanes = executors.enumerated().map { Lane(device: deviceCores.device, index: $0.offset, executor: $0.element) }
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
