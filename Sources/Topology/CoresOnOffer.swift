/// The hardware threads on offer while devices get their cores, and what is on them so far.
struct CoresOnOffer {
    struct Slot {
        let thread: Int
        /// Index of its core in the machine.
        let core: Int
        /// 0 for a core's first usable hardware thread.
        let rank: Int
        let package: Int
        let node: Int
        let cache: Int?
        /// The lanes on it, those of another process that has taken it included.
        var load = 0
        /// Whether another process has taken it.
        var isTaken = false
    }

    /// Slots chosen for one device, ascending, and how many lanes the fullest of them held before.
    struct Place {
        let slots: [Int]
        let round: Int
    }

    private var slots: [Slot] = []
    private var coreLoads: [Int]
    /// How many slots another process is on.
    private let takenCount: Int
    /// Slots by cache, by node, by package, and all of them: what a device should stay within, best first.
    private let scopes: [[[Int]]]
    private let slotsByNode: [Int: [Int]]

    init(_ machine: Machine, needsSecondThreads: Bool, taken: Set<Int> = []) {
        for (index, core) in machine.cores.enumerated() {
            for (rank, thread) in core.usableThreads.enumerated() where rank == 0 || needsSecondThreads {
                // A cache of one core alone is no reason to keep a device inside it.
                let isCacheShared = core.lastLevelCache.map { machine.caches[$0].threads.count > core.threads.count } ?? false
                slots.append(
                    Slot(
                        thread: thread.index, core: index, rank: rank, package: core.package, node: core.node,
                        cache: isCacheShared ? core.lastLevelCache : nil))
            }
        }
        for slot in slots.indices where taken.contains(slots[slot].thread) {
            slots[slot].isTaken = true
            slots[slot].load = 1
        }
        coreLoads = machine.cores.map { core in core.threads.count { taken.contains($0.index) } }
        takenCount = slots.reduce(0) { $0 + $1.load }
        let all = slots
        func grouped(_ key: (Slot) -> [Int]) -> [[Int]] {
            Dictionary(grouping: all.indices) { key(all[$0]) }.values.sorted { $0[0] < $1[0] }
        }
        scopes = [
            // A cache may span nodes (sub-NUMA clustering): then its part in one node is what counts.
            grouped { [$0.package, $0.node, $0.cache ?? -1] }, grouped { [$0.package, $0.node] }, grouped { [$0.package] },
            grouped { _ in [] },
        ]
        slotsByNode = Dictionary(grouping: all.indices) { all[$0].node }
    }

    /// Finds room for one of `devices` devices with `lanes` lanes each.
    ///
    /// No slot takes more than its even share while any scope can be found for that; only a machine whose parts differ in
    /// size can make it necessary to go beyond.
    mutating func place(lanes: Int, of devices: Int) -> Place {
        var most = (lanes * devices + takenCount + slots.count - 1) / slots.count
        while true {
            for level in scopes {
                let fitting = level.filter { scope in scope.count { slots[$0].load < most } >= lanes }
                if let place = fitting.map({ (scope: $0, place: leastLoaded(lanes, in: $0)) }).min(by: isBefore)?.place {
                    for slot in place.slots {
                        slots[slot].load += 1
                        coreLoads[slots[slot].core] += 1
                    }
                    return place
                }
            }
            most += 1
        }
    }

    func deviceCores(_ device: Int, at place: Place) -> CoreAssignment.DeviceCores {
        let taken = place.slots.map { slots[$0] }
        let first = taken[0]
        let reach: CoreAssignment.Reach =
            if !taken.allSatisfy({ $0.package == first.package }) {
                .machine
            } else if !taken.allSatisfy({ $0.node == first.node }) {
                .package
            } else if !taken.allSatisfy({ $0.cache == first.cache }) {
                .node
            } else {
                .cache
            }
        return CoreAssignment.DeviceCores(
            device: device, threads: taken.map(\.thread), node: first.node, isShared: taken.contains { $0.load > 1 }, reach: reach
        )
    }

    /// Emptiest slots first, then slots of the emptiest cores, then those with fewest lanes of this run, then first hardware
    /// threads, then the machine's order.
    private func leastLoaded(_ lanes: Int, in scope: [Int]) -> Place {
        func key(_ slot: Int) -> (Int, Int, Int, Int, Int) {
            let ours = slots[slot].load - (slots[slot].isTaken ? 1 : 0)
            return (slots[slot].load, coreLoads[slots[slot].core], ours, slots[slot].rank, slot)
        }
        let chosen = scope.map { (slot: $0, key: key($0)) }.sorted { $0.key < $1.key }.prefix(lanes).map(\.slot)
        return Place(slots: chosen.sorted(), round: chosen.map { slots[$0].load }.max() ?? 0)
    }

    private func isBefore(_ left: (scope: [Int], place: Place), _ right: (scope: [Int], place: Place)) -> Bool {
        func key(_ choice: (scope: [Int], place: Place)) -> (Int, Double, Double, Int) {
            let node = slotsByNode[slots[choice.scope[0]].node] ?? []
            return (choice.place.round, meanLoad(node), meanLoad(choice.scope), choice.scope[0])
        }
        return key(left) < key(right)
    }

    private func meanLoad(_ slots: [Int]) -> Double {
        Double(slots.reduce(0) { $0 + self.slots[$1].load }) / Double(slots.count)
    }
}
