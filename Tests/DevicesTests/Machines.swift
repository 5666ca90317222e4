import Devices
import Testing
import Topology

/// The groups of devices that the tests run on, whatever machine they run on.
enum Machines {
    /// This machine with at most `cores` of its cores; what has more devices than that shares them.
    static func here(cores: Int) throws -> Machine {
        let machine = try Machine.discover()
        let kept = Set(machine.cores.compactMap { $0.usableThreads.first?.index }.prefix(cores))
        return machine.excluding(as: .affinity) { !kept.contains($0) }
    }

    static func group(devices: Int, coresPerDevice: Int = 1, onCores cores: Int) throws -> DeviceGroup {
        let machine = try here(cores: cores)
        return try DeviceGroup(machine, CoreAssignment(on: machine, devices: devices, coresPerDevice: coresPerDevice))
    }

    static func executor(polls: Int = 0, onStart: @escaping @Sendable () -> Void = {}) throws -> CoreExecutor {
        let core = try #require(try here(cores: 1).cores.first { !$0.usableThreads.isEmpty })
        return try CoreExecutor(
            core: core.usableThreads[0].index, node: core.node, binder: CoreBinder(), polls: polls, onStart: onStart)
    }

    /// Whether the system lets a thread be pinned here.
    static let canPin = (try? executor().binding.isPinned) ?? false
}

extension Trait where Self == ConditionTrait {
    /// Skips, and says so, where a core cannot be kept because the system refuses to pin threads.
    static var needsPinning: Self { .enabled(if: Machines.canPin, "this system refuses to pin threads to cores") }
}
