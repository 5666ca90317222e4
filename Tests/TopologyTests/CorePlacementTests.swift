import Testing
import Topology

@Suite("Where devices go beside other processes")
struct CorePlacementTests {
    private static func holders(_ threads: [Int], of process: Int? = 1234) -> [CoreHolder] {
        threads.map { CoreHolder(thread: $0, process: process) }
    }

    /// Nothing, all, a half from the front, every third, and all but one of the machine's hardware threads.
    private static func takings(on machine: Machine) -> [[Int]] {
        let threads = machine.cores.flatMap(\.threads).map(\.index).sorted()
        return [
            [], threads, Array(threads.prefix(threads.count / 2)), threads.filter { $0 % 3 == 0 }, Array(threads.dropFirst()),
        ]
    }

    @Test(
        "What is free comes first, what is shared is shared evenly and named", arguments: CoreAssignmentTests.machines.dropLast())
    func free(description: String) throws {
        let machine = try Machine(synthetic: description)
        for taken in Self.takings(on: machine) {
            for (devices, size) in CoreAssignmentTests.cases(on: machine) where devices * size <= 2 * machine.threadCount {
                let what: Comment = "\(devices) devices of \(size) cores on \(description), \(taken) taken"
                let placement = try CorePlacement(
                    on: machine, devices: devices, coresPerDevice: size, holders: Self.holders(taken))
                let lanes = placement.assignment.perDevice.flatMap(\.threads)
                // How many there are decides over bits, and so hangs on nobody else.
                #expect(placement.assignment.perDevice.map(\.threads.count) == Array(repeating: size, count: devices), what)
                #expect(placement.roaming == nil && placement.notes.isEmpty, what)
                #expect(placement.taken.map(\.thread) == taken, what)
                let shared = Set(lanes).intersection(taken)
                #expect(placement.warnings.isEmpty == shared.isEmpty, what)
                let free = machine.threadCount - taken.count
                if size == 1 && lanes.count <= free { #expect(shared.isEmpty && Set(lanes).count == lanes.count, what) }
                if size == 1 && lanes.count > free { #expect(Set(lanes).subtracting(taken).count == free, what) }
                var loads = Dictionary(grouping: lanes) { $0 }.mapValues(\.count)
                for thread in taken { loads[thread, default: 0] += 1 }
                let most = (lanes.count + taken.count + machine.threadCount - 1) / machine.threadCount
                if size == 1 { #expect(loads.values.max()! <= most, what) }
                if taken.isEmpty {
                    #expect(
                        try placement.assignment == CoreAssignment(on: machine, devices: devices, coresPerDevice: size), what)
                }
            }
        }
    }

    @Test("A second run of one device takes the other core; a third shares, and says with whom")
    func three() throws {
        let machine = try Machine(synthetic: "core:2 pu:1")
        let second = try CorePlacement(on: machine, devices: 1, coresPerDevice: 1, holders: Self.holders([0]))
        #expect(second.assignment.threads == [1] && second.warnings.isEmpty)
        #expect(second.assignment.perDevice.allSatisfy { !$0.isShared })
        let both = [CoreHolder(thread: 1, process: nil), CoreHolder(thread: 0, process: 77)]
        let third = try CorePlacement(on: machine, devices: 2, coresPerDevice: 1, holders: both)
        #expect(third.assignment.threads == [0, 1] && third.assignment.perDevice.allSatisfy { $0.isShared })
        #expect("\(MachineDrawing(machine, third))".contains("\n2 devices of 1 core, beside another process: devices 0-1\n"))
        #expect(
            "\(MachineDrawing(machine, second))".hasSuffix(
                "\n1 device of 1 core, on cores of its own\ncpu 0 is taken by process 1234"))
        #expect(third.warnings.count == 2)
        #expect(third.warnings[0].hasPrefix("cpu 0 is taken by process 77"))
        #expect(third.warnings[1].hasPrefix("cpu 1 is taken by another process"))
    }

    @Test("A core of whose two hardware threads one is taken comes after a free core")
    func siblings() throws {
        let machine = try Machine(synthetic: "core:3 pu:2")
        let placement = try CorePlacement(on: machine, devices: 2, coresPerDevice: 1, holders: Self.holders([1]))
        #expect(placement.assignment.threads == [2, 4])
    }

    @Test("A device stays within a cache that others have left free")
    func caches() throws {
        let machine = try Machine(synthetic: "l3:2 core:4 pu:1")
        let placement = try CorePlacement(on: machine, devices: 1, coresPerDevice: 4, holders: Self.holders([2]))
        #expect(placement.assignment.perDevice[0].threads == [4, 5, 6, 7])
        #expect(placement.assignment.perDevice[0].reach == .cache)
    }

    @Test("A quota without a cpuset pins nothing, and moves about where nobody has reserved")
    func quota() throws {
        let machine = try Machine(synthetic: "core:8 pu:1").limited(toQuota: 2)
        let alone = try CorePlacement(on: machine, devices: 2, coresPerDevice: 1, holders: [])
        #expect(alone.roaming == Array(0..<8) && alone.assignment.perDevice.count == 2)
        #expect(alone.notes.joined().contains("quota of 2 CPUs") && alone.warnings.isEmpty)
        #expect("\(MachineDrawing(machine, alone))".contains("\n2 devices of 1 core; the system chooses the cores\n"))
        // The advice holds when it is followed.
        #expect(alone.notes.joined().contains("taskset -c 0-1`"))
        let followed = try Machine(synthetic: "core:8 pu:1").excluding(as: .affinity) { $0 > 1 }.limited(toQuota: 2)
        #expect(try CorePlacement(on: followed, devices: 2, coresPerDevice: 1, holders: []).roaming == nil)
        let beside = try CorePlacement(on: machine, devices: 2, coresPerDevice: 1, holders: Self.holders([0, 1, 5]))
        #expect(beside.roaming == [2, 3, 4, 6, 7] && beside.warnings.isEmpty)
        let crowded = try CorePlacement(
            on: machine, devices: 2, coresPerDevice: 1, holders: Self.holders(Array(0..<7)))
        #expect(crowded.roaming == Array(0..<8))
        #expect(crowded.warnings.count == 1 && crowded.warnings[0].hasPrefix("cpu 0-6 are taken by process 1234"))
    }

    @Test("Cores of its own, by taskset or a cpuset, are pinned whatever the quota, and nobody else's matter")
    func ownCores() throws {
        let machine = try Machine(synthetic: "core:8 pu:1")
            .excluding(as: .container) { $0 < 2 }.excluding(as: .affinity) { $0 > 3 }.limited(toQuota: 2)
        let placement = try CorePlacement(on: machine, devices: 2, coresPerDevice: 1, holders: Self.holders([0, 5, 7]))
        #expect(placement.roaming == nil && placement.taken.isEmpty && placement.warnings.isEmpty)
        #expect(placement.assignment.threads == [2, 3])
    }
}
