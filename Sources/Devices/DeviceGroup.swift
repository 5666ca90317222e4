import Locks
public import Topology

/// The devices of a run on their cores: one executor for each core in use, shared by the devices that sit there.
public final class DeviceGroup: Sendable {
    public let machine: Machine
    public let assignment: CoreAssignment
    /// One for each hardware thread in use, ascending.
    public let executors: [CoreExecutor]
    public let devices: [Device]
    /// The cores, as far as this process has reserved them.
    private let reservation: CoreReservation?
    /// What is said of where the devices sit, and what of them is shared with other processes; nil where nothing was reserved.
    public var placement: CorePlacement? { reservation?.placement }
    /// Whether the executors' threads end with this group.
    let ownsExecutors: Bool
    private let isAbandoned = Guarded(false)

    /// Starts and pins a thread for each core in use.
    ///
    /// Throws where the machine cannot be read or a thread cannot be started; a refused pinning is a warning.
    ///
    /// - Parameters:
    ///   - polls: see `CoreExecutor`.
    ///   - onStart: runs on each thread before any job.
    public convenience init(
        _ machine: Machine, _ assignment: CoreAssignment, polls: Int = 0, onStart: @escaping @Sendable () -> Void = {}
    ) throws(DevicesError) {
        try self.init(machine, assignment, roaming: nil, reservation: nil, polls: polls, onStart: onStart)
    }

    /// As many devices of as many cores as `assignment` has, on cores that no other run on this machine has reserved, as far as
    /// there are such; they are reserved until `shutdown()`. What is shared is said in `warnings`.
    public convenience init(
        reserving assignment: CoreAssignment, of machine: Machine, polls: Int = 0, onStart: @escaping @Sendable () -> Void = {}
    ) throws(DevicesError) {
        let reservation: CoreReservation
        do throws(TopologyError) {
            reservation = try CoreReservation(
                on: machine, devices: assignment.perDevice.count, coresPerDevice: assignment.coresPerDevice)
        } catch {
            throw .topology(error)
        }
        try self.init(
            machine, reservation.placement.assignment, roaming: reservation.placement.roaming, reservation: reservation,
            polls: polls, onStart: onStart)
    }

    private init(
        _ machine: Machine, _ assignment: CoreAssignment, roaming: [Int]?, reservation: CoreReservation?, polls: Int,
        onStart: @escaping @Sendable () -> Void
    ) throws(DevicesError) {
        self.machine = machine
        self.reservation = reservation
        self.assignment = assignment
        let binder: CoreBinder
        do { binder = try CoreBinder() } catch { throw .topology(error) }
        let used = Set(assignment.threads)
        var executors: [Int: CoreExecutor] = [:]
        for core in machine.cores {
            for thread in core.threads where used.contains(thread.index) {
                executors[thread.index] = try CoreExecutor(
                    core: thread.index, node: core.node, roaming: roaming, binder: binder, polls: polls, onStart: onStart)
            }
        }
        precondition(executors.count == used.count, "the devices were placed on a different machine")
        self.executors = assignment.threads.compactMap { executors[$0] }
        devices = assignment.perDevice.map { deviceCores in
            Device(deviceCores, executors: deviceCores.threads.compactMap { executors[$0] })
        }
        ownsExecutors = true
    }

    /// One device of another group, alone, on executors that stay the other group's.
    init(_ deviceCores: CoreAssignment.DeviceCores, of group: DeviceGroup) {
        machine = group.machine
        reservation = nil
        assignment = CoreAssignment(alone: deviceCores)
        let byCore = Dictionary(uniqueKeysWithValues: group.executors.map { ($0.core, $0) })
        executors = assignment.threads.compactMap { byCore[$0] }
        devices = assignment.perDevice.map { deviceCores in
            Device(deviceCores, executors: deviceCores.threads.compactMap { byCore[$0] })
        }
        ownsExecutors = false
    }

    /// All lanes, device by device.
    public var lanes: [Lane] { devices.flatMap(\.lanes) }

    /// Where each core's thread truly runs.
    public var bindings: [CoreBinding] { executors.map(\.binding) }

    /// What is shared with other processes, and what the system refused.
    public var warnings: [String] { (placement?.warnings ?? []) + bindings.flatMap(\.warnings) }

    /// Leaves the cores' threads as they are: one of them stands still, and whoever waited for its end would wait for ever. `shutdown()`
    /// then does nothing; the threads end with the process.
    package func abandon() { isAbandoned.withLock { $0 = true } }

    /// Ends the cores' threads, once the jobs that have come are done.
    ///
    /// Call it when all work on the devices has returned: a job that comes later is a mistake, and traps. Nothing ends where
    /// the threads are another group's, as those of `independent()` are.
    public func shutdown() {
        guard ownsExecutors, !isAbandoned.withLock({ $0 }) else { return }
        for executor in executors { executor.shutdown() }
        reservation?.release()
    }
}
