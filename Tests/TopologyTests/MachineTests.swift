import Testing
import Topology

@Suite("A machine as plain data")
struct MachineTests {
    @Test("Two packages of two nodes are read with their caches, cores and hardware threads")
    func synthetic() throws {
        let machine = try Machine(synthetic: "package:2 numa:2(memory=1073741824) l3:2(size=33554432) core:4 pu:2")
        #expect(machine.packages == [0, 1])
        #expect(machine.nodes.map(\.index) == [0, 1, 2, 3])
        #expect(machine.nodes.allSatisfy { $0.bytes == 1 << 30 })
        #expect(machine.caches.count == 8)
        #expect(machine.caches.allSatisfy { $0.level == 3 && $0.bytes == 32 << 20 && $0.threads.count == 8 })
        #expect(machine.cores.count == 32)
        #expect(machine.cores.map(\.node) == (0..<32).map { $0 / 8 })
        #expect(machine.cores.map(\.lastLevelCache) == (0..<32).map { $0 / 4 })
        #expect(machine.cores.flatMap(\.threads).map(\.index) == Array(0..<64))
        #expect(machine.usableCoreCount == 32)
        #expect(machine.usableThreadCount == 64)
    }

    @Test(
        "A description that makes no sense is an error that shows it", arguments: ["nonsense", "package:0", "core:2 package:2:2"])
    func badDescription(description: String) {
        #expect(throws: TopologyError.synthetic(description: description)) { try Machine(synthetic: description) }
    }

    @Test("This machine has at least one usable core, and no more than it has")
    func discover() throws {
        let machine = try Machine.discover()
        #expect((1...machine.threadCount).contains(machine.usableThreadCount))
        #expect(machine.cores.allSatisfy { core in machine.nodes.contains { $0.index == core.node } })
    }

    @Test(
        "A quota keeps whole cores before second hardware threads, and rounds up",
        arguments: zip([0.2, 1.0, 1.5, 4.0, 5.5, 9.0], [1, 1, 2, 4, 6, 8]))
    func quota(cpus: Double, usable: Int) throws {
        let machine = try Machine(synthetic: "core:4 pu:2").limited(toQuota: cpus)
        #expect(machine.usableThreadCount == usable)
        #expect(machine.usableCoreCount == min(4, usable))
        #expect(machine.quota == cpus)
        let excluded = machine.cores.flatMap(\.threads).filter { $0.exclusion != nil }
        #expect(excluded.allSatisfy { $0.exclusion == .quota })
    }

    @Test("The first reason for an exclusion is the one that stays")
    func exclusions() throws {
        let machine = try Machine(synthetic: "core:4 pu:1")
            .excluding(as: .container) { $0 == 0 }
            .excluding(as: .affinity) { $0 <= 1 }
            .limited(toQuota: 1)
        #expect(machine.cores.map { $0.threads[0].exclusion } == [.container, .affinity, nil, .quota])
    }
}
