import Glibc
import Locks

/// Hardware threads that this process has reserved for a run, until `release()` or the last reference.
///
/// Runs within one process share a reservation: they know of each other, and the process schedules them itself.
public final class CoreReservation: Sendable {
    public let placement: CorePlacement
    private let held: Guarded<[Int]>
    private let group: String

    /// Chooses hardware threads that are free and takes them, and chooses again if another process was faster.
    ///
    /// Where the system offers no locks, it says so in the placement's warnings and chooses as if all were free.
    ///
    /// - Parameter group: see `currentGroup`.
    /// Throws what `CoreAssignment` throws.
    public init(
        on machine: Machine, devices: Int, coresPerDevice: Int, group: String = CoreReservation.currentGroup
    ) throws(TopologyError) {
        var holders = Self.holders(on: machine, group: group)
        while true {
            var placement = try CorePlacement(
                on: machine, devices: devices, coresPerDevice: coresPerDevice, holders: holders)
            // Threads that move about take no core away from others.
            let wanted = placement.roaming == nil ? placement.assignment.threads : []
            let known = Set(holders.map(\.thread))
            let (taken, refusal) = Self.take(wanted.filter { !known.contains($0) }, group: group)
            if let holder = taken.newHolder {
                Self.giveBack(taken.threads, group: group)
                holders.append(holder)
                continue
            }
            if let refusal {
                placement.warnings.append("cores cannot be reserved, and other runs may choose the same ones: \(refusal)")
            }
            self.placement = placement
            self.group = group
            held = Guarded(taken.threads)
            return
        }
    }

    deinit { release() }

    /// Gives the hardware threads back.
    public func release() {
        let threads = held.withLock { held in
            defer { held = [] }
            return held
        }
        Self.giveBack(threads, group: group)
    }

    /// Where the devices would go now. Nothing is reserved.
    public static func look(
        on machine: Machine, devices: Int, coresPerDevice: Int, group: String = CoreReservation.currentGroup
    ) throws(TopologyError) -> CorePlacement {
        try CorePlacement(
            on: machine, devices: devices, coresPerDevice: coresPerDevice, holders: holders(on: machine, group: group))
    }

    /// Runs reserve cores among those of one group: the machine's, unless `PARTRAIN_CORE_GROUP` names another.
    public static var currentGroup: String {
        getenv("PARTRAIN_CORE_GROUP").map { String(cString: $0) } ?? "machine"
    }

    /// What other processes have reserved of the machine.
    private static func holders(on machine: Machine, group: String) -> [CoreHolder] {
        let own = Int(getpid())
        return machine.cores.flatMap(\.threads).filter { $0.exclusion == nil || $0.exclusion == .quota }.compactMap {
            CoreLock.holder(of: $0.index, in: group)
        }.filter { $0.process != own }
    }

    /// Whether any process, this one included, has reserved a hardware thread.
    package static func isReserved(_ thread: Int, in group: String) -> Bool { CoreLock.holder(of: thread, in: group) != nil }

    // MARK: - This process's locks

    /// A lock, and how many reservations of this process rely on it.
    private final class Entry {
        let lock: CoreLock
        var count = 1

        init(_ lock: consuming CoreLock) { self.lock = lock }
    }

    private struct Key: Hashable {
        let thread: Int
        let group: String
    }

    /// One for the process, since the kernel knows one holder for each name.
    private static let locks = Guarded<[Key: Entry]>([:])

    private struct Taken {
        var threads: [Int] = []
        var newHolder: CoreHolder?
    }

    private static func take(_ threads: [Int], group: String) -> (Taken, refusal: String?) {
        locks.withLock { locks in
            var taken = Taken()
            for thread in threads {
                let key = Key(thread: thread, group: group)
                if let entry = locks[key] {
                    entry.count += 1
                    taken.threads.append(thread)
                    continue
                }
                switch CoreLock.acquire(thread, in: group) {
                case .acquired(let lock):
                    locks[key] = Entry(lock)
                    taken.threads.append(thread)
                case .taken(let holder):
                    taken.newHolder = holder
                    return (taken, nil)
                case .unavailable(let reason):
                    return (taken, reason)
                }
            }
            return (taken, nil)
        }
    }

    private static func giveBack(_ threads: [Int], group: String) {
        locks.withLock { locks in
            for thread in threads {
                let key = Key(thread: thread, group: group)
                guard let entry = locks[key] else { continue }
                entry.count -= 1
                if entry.count == 0 { locks[key] = nil }
            }
        }
    }
}
