/// Which cores of a machine each of D devices of k cores gets. A pure function: the same machine gives the same perDevice.
///
/// - Devices stay within one last-level cache, else one NUMA node, else one package, where enough of it is free.
/// - They spread: the node, then the cache, with the least on it comes next.
/// - Second hardware threads are used only when D · k exceeds the usable physical cores.
/// - Cores are shared only when D · k exceeds the usable hardware threads; each then carries at most ⌈D · k ÷ threads⌉
///   lanes wherever the machine's shape allows that.
/// - What other processes have taken counts as a lane that is there already: it comes last, and is shared evenly.
/// - Devices are numbered so that neighbours sit close together; where cores are shared, a first round of devices fills
///   the machine before a second begins, so that any run of consecutive devices is spread evenly.
public struct CoreAssignment: Sendable, Equatable {
    /// The cores of one device.
    public struct DeviceCores: Sendable, Equatable {
        public let device: Int
        /// The hardware thread of each lane, by the system's number.
        public let threads: [Int]
        /// The NUMA node its memory belongs on: its first lane's.
        public let node: Int
        /// Whether other devices, or another process, run on some of the same hardware threads and take turns with it.
        public package(set) var isShared: Bool
        /// How far apart its lanes are.
        public let reach: Reach
    }

    /// The smallest part of the machine that holds all lanes of a device.
    public enum Reach: Int, Sendable, Equatable, Comparable {
        case cache, node, package, machine

        public static func < (left: Reach, right: Reach) -> Bool { left.rawValue < right.rawValue }
    }

    /// More devices than any real system has accelerators in one job; beyond it a number is a slip of the keyboard.
    public static let mostDevices = 4096

    public let coresPerDevice: Int
    /// By device number.
    public let perDevice: [DeviceCores]

    /// Places `devices` devices of `coresPerDevice` cores each.
    ///
    /// - Parameter taken: hardware threads that other processes have reserved, by the system's number.
    /// Throws `devices` or `coresPerDevice` where a number is below one or beyond what there is. Costs
    /// O(devices · coresPerDevice · hardware threads).
    public init(on machine: Machine, devices: Int, coresPerDevice: Int = 1, taken: Set<Int> = []) throws(TopologyError) {
        guard (1...Self.mostDevices).contains(devices) else { throw .devices(asked: devices, most: Self.mostDevices) }
        guard machine.usableThreadCount > 0 else { throw .noUsableCores(hardwareThreads: machine.threadCount) }
        guard (1...machine.usableThreadCount).contains(coresPerDevice) else {
            throw .coresPerDevice(asked: coresPerDevice, usable: machine.usableThreadCount)
        }
        let freeCores = machine.cores.count { core in
            !core.usableThreads.isEmpty && core.threads.allSatisfy { !taken.contains($0.index) }
        }
        var plan = CoresOnOffer(machine, needsSecondThreads: devices * coresPerDevice > freeCores, taken: taken)
        let places = (0..<devices).map { _ in plan.place(lanes: coresPerDevice, of: devices) }
            .sorted { ($0.round, $0.slots[0]) < ($1.round, $1.slots[0]) }
        self.coresPerDevice = coresPerDevice
        perDevice = places.enumerated().map { device, place in plan.deviceCores(device, at: place) }
    }

    /// `deviceCores` as the only ones of a run, in which their device has number 0. Whether they are shared stays as it was.
    package init(alone deviceCores: DeviceCores) {
        coresPerDevice = deviceCores.threads.count
        perDevice = [
            DeviceCores(
                device: 0, threads: deviceCores.threads, node: deviceCores.node, isShared: deviceCores.isShared,
                reach: deviceCores.reach)
        ]
    }

    /// The hardware threads in use, ascending: one core executor each.
    public var threads: [Int] { Set(perDevice.flatMap(\.threads)).sorted() }

    /// The devices on each hardware thread in use.
    public var devicesByThread: [Int: [Int]] {
        perDevice.reduce(into: [:]) { found, deviceCores in
            for thread in deviceCores.threads { found[thread, default: []].append(deviceCores.device) }
        }
    }
}
