import Testing
import Topology

@Suite("Devices placed on cores")
struct CoreAssignmentTests {
    /// From one core to 2 × 64 cores with 4 nodes; all parts of a machine alike.
    static let machines = [
        "core:1 pu:1", "core:2 pu:1", "core:1 pu:2", "core:3 pu:2", "l3:1 core:4 pu:2", "l3:2 core:4 pu:1",
        "package:2 l3:1 core:4 pu:2",
        "numa:2 l3:2 core:3 pu:2", "package:2 numa:1 l3:2 core:8 pu:2", "package:2 numa:2 l3:4 core:8 pu:2",
        "package:2 numa:2 core:32 pu:2",
    ]

    /// Every number of devices that is telling for a machine: few, around its cores, around its hardware threads, more.
    static func cases(on machine: Machine) -> [(devices: Int, cores: Int)] {
        let (cores, threads) = (machine.usableCoreCount, machine.usableThreadCount)
        let sizes = Set([1, 2, 3, 4, cores / 4, cores / 2, cores, threads]).filter { (1...threads).contains($0) }
        var found: [(devices: Int, cores: Int)] = []
        for size in sizes.sorted() {
            let telling: [Int] = [
                1, 2, 3, 5, 8, cores / size, cores / size + 1, threads / size, threads / size + 1, 2 * threads / size + 1,
            ]
            for devices in Set(telling).sorted() where (1...300).contains(devices) { found.append((devices, size)) }
        }
        return found
    }

    @Test("No overlap while cores suffice, balance beyond, second hardware threads last", arguments: machines)
    func balance(description: String) throws {
        let machine = try Machine(synthetic: description)
        let coreOf = Dictionary(
            uniqueKeysWithValues: machine.cores.enumerated().flatMap { core in
                core.element.threads.map { ($0.index, core.offset) }
            })
        let first = Set(machine.cores.map { $0.threads[0].index })
        for (devices, size) in Self.cases(on: machine) {
            let what: Comment = "\(devices) devices of \(size) cores on \(description)"
            let assignment = try CoreAssignment(on: machine, devices: devices, coresPerDevice: size)
            #expect(assignment.perDevice.map(\.device) == Array(0..<devices), what)
            #expect(assignment.perDevice.allSatisfy { Set($0.threads).count == size }, what)
            let lanes = assignment.perDevice.flatMap(\.threads)
            if lanes.count <= machine.usableCoreCount {
                #expect(Set(lanes.map { coreOf[$0] }).count == lanes.count, what)
                #expect(first.isSuperset(of: lanes), what)
            }
            let loads = assignment.devicesByThread.mapValues(\.count)
            let most = (lanes.count + machine.usableThreadCount - 1) / machine.usableThreadCount
            #expect(loads.values.max() == most, what)
            if lanes.count >= machine.usableThreadCount && size == 1 {
                #expect(loads.count == machine.usableThreadCount && loads.values.min()! >= most - 1, what)
            }
            for deviceCores in assignment.perDevice {
                #expect(deviceCores.isShared == deviceCores.threads.contains { loads[$0]! > 1 }, what)
            }
        }
    }

    @Test("No device crosses a cache or a node that could have held it", arguments: machines)
    func reach(description: String) throws {
        let machine = try Machine(synthetic: description)
        for (devices, size) in Self.cases(on: machine) {
            let assignment = try CoreAssignment(on: machine, devices: devices, coresPerDevice: size)
            let needsSecondThreads = devices * size > machine.usableCoreCount
            let slots = needsSecondThreads ? machine.usableThreadCount : machine.usableCoreCount
            let most = (devices * size + slots - 1) / slots
            /// How many devices the parts of one kind can hold between them, each slot carrying its even share.
            func capacity(_ key: (Machine.Core) -> [Int?]) -> Int {
                Dictionary(grouping: machine.cores, by: key).values
                    .map { $0.reduce(0) { $0 + (needsSecondThreads ? $1.threads.count : 1) } }
                    .reduce(0) { $0 + ($1 >= size ? $1 * most / size : 0) }
            }
            let what: Comment = "\(devices) devices of \(size) cores on \(description)"
            let inCache = assignment.perDevice.count { $0.reach == .cache }
            let inNode = assignment.perDevice.count { $0.reach <= .node }
            let inPackage = assignment.perDevice.count { $0.reach <= .package }
            #expect(inCache >= min(devices, capacity { [$0.package, $0.node, $0.lastLevelCache] }), what)
            #expect(inNode >= min(devices, capacity { [$0.package, $0.node] }), what)
            #expect(inPackage >= min(devices, capacity { [$0.package] }), what)
        }
    }

    @Test("Devices spread over the nodes, and neighbours in number are neighbours on the machine")
    func spread() throws {
        let machine = try Machine(synthetic: "package:2 numa:2 l3:4 core:8 pu:2")
        let four = try CoreAssignment(on: machine, devices: 4)
        #expect(four.perDevice.map(\.node) == [0, 1, 2, 3])
        let eight = try CoreAssignment(on: machine, devices: 8, coresPerDevice: 8)
        #expect(eight.perDevice.map(\.node) == [0, 0, 1, 1, 2, 2, 3, 3])
        #expect(eight.perDevice.allSatisfy { $0.reach == .cache })
    }

    @Test("Eight devices on two cores and three on one take turns")
    func sharing() throws {
        let two = try CoreAssignment(on: Machine(synthetic: "core:2 pu:1"), devices: 8)
        #expect(two.perDevice.map(\.threads) == [[0], [1], [0], [1], [0], [1], [0], [1]])
        #expect(two.perDevice.allSatisfy { $0.isShared })
        let one = try CoreAssignment(on: Machine(synthetic: "core:1 pu:1"), devices: 3)
        #expect(one.perDevice.map(\.threads) == [[0], [0], [0]])
        #expect(one.threads == [0])
    }

    @Test("Lanes of one device share hardware threads where a test asks for more than there are", arguments: [1, 2, 3, 4])
    func sharedLanes(threads: Int) throws {
        let machine = try Machine(synthetic: "core:\(threads) pu:1")
        for (devices, lanes) in [(1, 4), (2, 4), (3, 2), (4, 1)] {
            let assignment = try CoreAssignment(on: machine, devices: devices, sharingLanes: lanes)
            #expect(assignment.coresPerDevice == lanes)
            #expect(assignment.perDevice.map(\.device) == Array(0..<devices))
            #expect(assignment.perDevice.allSatisfy { $0.threads.count == lanes })
            #expect(assignment.threads == Array(0..<min(threads, devices * lanes)))
            #expect(assignment.perDevice.contains(where: \.isShared) == (devices * lanes > threads))
        }
        let four = try CoreAssignment(on: Machine(synthetic: "core:2 pu:1"), devices: 1, sharingLanes: 4)
        #expect(four.perDevice.map(\.threads) == [[0, 1, 0, 1]])
        #expect(throws: TopologyError.self) { try CoreAssignment(on: machine, devices: 0, sharingLanes: 2) }
    }

    @Test("Nothing sits on what is excluded or beyond the quota")
    func exclusions() throws {
        let machine = try Machine(synthetic: "package:2 numa:1 core:8 pu:2")
            .excluding(as: .container) { $0 < 4 }.excluding(as: .affinity) { $0 % 2 == 1 }.limited(toQuota: 5.5)
        let usable = Set(machine.cores.flatMap(\.usableThreads).map(\.index))
        #expect(usable.count == 6)
        for devices in 1...20 {
            #expect(try usable.isSuperset(of: CoreAssignment(on: machine, devices: devices).threads))
        }
    }

    @Test("Parts of different sizes still give every device its cores, none of its lanes twice on one hardware thread")
    func uneven() throws {
        let machine = try Machine(synthetic: "numa:2 core:4 pu:2").excluding(as: .affinity) { [1, 2, 3, 5, 9, 10].contains($0) }
        for devices in 1...12 {
            for size in 1...machine.usableThreadCount {
                let assignment = try CoreAssignment(on: machine, devices: devices, coresPerDevice: size)
                #expect(assignment.perDevice.allSatisfy { Set($0.threads).count == size })
                if devices * size <= machine.usableThreadCount { #expect(!assignment.perDevice.contains { $0.isShared }) }
            }
        }
    }

    @Test("Numbers that cannot be met are errors with the number and the remedy")
    func errors() throws {
        let machine = try Machine(synthetic: "core:4 pu:2")
        #expect(throws: TopologyError.devices(asked: 0, most: 4096)) { try CoreAssignment(on: machine, devices: 0) }
        #expect(throws: TopologyError.devices(asked: .max, most: 4096)) { try CoreAssignment(on: machine, devices: .max) }
        #expect(throws: TopologyError.coresPerDevice(asked: 0, usable: 8)) {
            try CoreAssignment(on: machine, devices: 1, coresPerDevice: 0)
        }
        let error = #expect(throws: TopologyError.coresPerDevice(asked: 9, usable: 8)) {
            try CoreAssignment(on: machine, devices: 1, coresPerDevice: 9)
        }
        #expect(error?.description.contains("9 cores per device") == true)
        #expect(error?.description.contains("ask for 1 to 8") == true)
        let nothing = machine.excluding(as: .affinity) { _ in true }
        #expect(throws: TopologyError.noUsableCores(hardwareThreads: 8)) { try CoreAssignment(on: nothing, devices: 1) }
    }
}
