import Testing
import Topology

@Suite("What a core can count on of the caches")
struct CacheSizesTests {
    private let kibi = 1 << 10
    private let mebi = 1 << 20

    private func cache(_ level: Int, _ bytes: Int, _ threads: [Int]) -> Machine.Cache {
        Machine.Cache(level: level, bytes: UInt64(bytes), threads: threads)
    }

    @Test("Where no caches are known, and where they have no sizes, the fallback")
    func unknown() throws {
        #expect(CacheSizes.fallback == CacheSizes(firstLevel: 32 << 10, secondLevel: 1 << 20, lastLevel: 16 << 20))
        #expect(CacheSizes(try Machine(synthetic: "core:4 pu:1")) == .fallback)
        #expect(CacheSizes([], threadsOfCores: []) == .fallback)
        #expect(CacheSizes([cache(1, 0, [0]), cache(2, 0, [0]), cache(3, 0, [0])], threadsOfCores: [[0]]) == .fallback)
    }

    @Test("A last level is shared evenly by all its cores, however many hardware threads they have", arguments: [2, 8], [1, 2])
    func sharedLastLevel(cores: Int, threads: Int) throws {
        let machine = try Machine(
            synthetic: "package:2 l3:1(size=33554432) l2:\(cores)(size=524288) l1:1(size=49152) core:1 pu:\(threads)")
        #expect(machine.cores.count == 2 * cores)
        #expect(
            CacheSizes(machine)
                == CacheSizes(firstLevel: 48 * kibi, secondLevel: 512 * kibi, lastLevel: 32 * mebi / cores))
    }

    @Test("What may not be used shares all the same: sizes are the machine's, not the container's")
    func excluded() throws {
        let machine = try Machine(synthetic: "l3:1(size=33554432) l2:8(size=524288) l1:1(size=32768) core:1 pu:1")
        #expect(CacheSizes(machine.excluding(as: .affinity) { $0 > 0 }) == CacheSizes(machine))
    }

    @Test("Without a third level the second is the last, also where it is shared")
    func noThirdLevel() throws {
        let machine = try Machine(synthetic: "l2:2(size=4194304) l1:4(size=65536) core:1 pu:1")
        #expect(CacheSizes(machine) == CacheSizes(firstLevel: 64 * kibi, secondLevel: mebi, lastLevel: mebi))
    }

    @Test("Where only the first level is known, the fallback's others")
    func firstLevelAlone() {
        #expect(
            CacheSizes([cache(1, 16 * kibi, [0])], threadsOfCores: [[0]])
                == CacheSizes(firstLevel: 16 * kibi, secondLevel: mebi, lastLevel: 16 * mebi))
    }

    @Test("A share of the last level that is smaller than the second level does not count for less")
    func smallLastLevel() {
        let caches = [cache(2, 2 * mebi, [0]), cache(2, 2 * mebi, [1]), cache(3, 2 * mebi, [0, 1])]
        #expect(CacheSizes(caches, threadsOfCores: [[0], [1]]).lastLevel == 2 * mebi)
    }

    @Test("Of unlike cores the smallest share of each level counts")
    func hybrid() {
        // Two performance cores of two hardware threads, four efficient ones that share a second level.
        let caches =
            [[0, 1], [2, 3]].flatMap { [cache(1, 48 * kibi, $0), cache(2, 1280 * kibi, $0)] }
            + (4..<8).map { cache(1, 32 * kibi, [$0]) }
            + [cache(2, 2 * mebi, [4, 5, 6, 7]), cache(3, 12 * mebi, Array(0..<8))]
        #expect(
            CacheSizes(caches, threadsOfCores: [[0, 1], [2, 3], [4], [5], [6], [7]])
                == CacheSizes(firstLevel: 32 * kibi, secondLevel: 512 * kibi, lastLevel: 2 * mebi))
    }

    @Test("A core without the level that others have last counts with its own last one")
    func unlikeDepths() {
        let caches = [cache(2, 4 * mebi, [0]), cache(3, 24 * mebi, [0]), cache(2, mebi, [1])]
        #expect(
            CacheSizes(caches, threadsOfCores: [[0], [1]])
                == CacheSizes(firstLevel: 32 * kibi, secondLevel: mebi, lastLevel: mebi))
    }

    @Test("This machine's are positive, and the same each time")
    func here() throws {
        #expect(CacheSizes.ofThisMachine == CacheSizes(try Machine.discover()))
        #expect(min(CacheSizes.ofThisMachine.firstLevel, CacheSizes.ofThisMachine.secondLevel) > 0)
        #expect(CacheSizes.ofThisMachine.lastLevel >= CacheSizes.ofThisMachine.secondLevel)
    }
}
