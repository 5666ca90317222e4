import Parallelism
import Testing

@Suite struct MeshTests {
    /// The drawing above `Mesh`.
    @Test func workersLieLaneByLaneOverTheDevices() {
        let mesh = Mesh(lanes: 2, deviceAxes: [2, 2])
        #expect(mesh.workerCount == 8)
        #expect((0..<8).map(mesh.device(of:)) == [0, 1, 2, 3, 0, 1, 2, 3])
        #expect((0..<8).map(mesh.lane(of:)) == [0, 0, 0, 0, 1, 1, 1, 1])
        #expect(mesh.coordinates(of: 6) == [1, 1, 0])
        #expect((0..<8).allSatisfy { mesh.worker(at: mesh.coordinates(of: $0)) == $0 })
        #expect((0..<8).allSatisfy { mesh.worker(device: mesh.device(of: $0), lane: mesh.lane(of: $0)) == $0 })
    }

    @Test func aGroupDiffersAlongItsAxesOnly() {
        let mesh = Mesh(lanes: 2, deviceAxes: [2, 2])
        #expect(mesh.group(of: 5, along: [0]) == [1, 5])
        #expect(mesh.group(of: 5, along: [2]) == [4, 5])
        #expect(mesh.group(of: 5, along: [1, 2]) == [4, 5, 6, 7])
        #expect(mesh.group(of: 5, along: []) == [5])
        #expect(mesh.group(of: 5, along: [0, 1, 2]) == Array(0..<8))
    }

    @Test func axesOfOneAreNone() {
        #expect(Mesh(lanes: 1, deviceAxes: [1, 3, 1]).extents == [1, 3])
        #expect(Mesh(deviceAxes: []).workerCount == 1)
    }

    @Test(arguments: [(10, 4), (0, 3), (7, 7), (3, 5), (64, 1), (1001, 17)])
    func aBalancedPartitionCoversAllInOrderWithinOne(count: Int, parts: Int) {
        let partition = BalancedPartition(of: count, into: parts)
        let ranges = (0..<parts).map { partition[$0] }
        #expect(ranges.flatMap { Array($0) } == Array(0..<count))
        #expect((ranges.map(\.count).max() ?? 0) - (ranges.map(\.count).min() ?? 0) <= 1)
        #expect(ranges.map(\.count) == ranges.map(\.count).sorted(by: >))
    }

    @Test func modelModeHasAnAxisForEachPrimeFactor() throws {
        #expect(try ParallelMode.model.mesh(devices: 12, lanes: 1).deviceAxes == [2, 2, 3])
        #expect(try ParallelMode.data.mesh(devices: 12, lanes: 2).extents == [2, 12])
        #expect(throws: ParallelismError.singleModeWithDevices(2)) { try ParallelMode.single.mesh(devices: 2, lanes: 1) }
    }

    @Test func moreCoresThanAnyMachineHasAreRefused() {
        for devices in [1, 2] {
            let error = #expect(throws: ParallelismError.self) {
                _ = try ParallelMode.data.mesh(devices: devices, lanes: 1 << 40)
            }
            let count = devices == 1 ? "1 device with" : "2 devices with"
            #expect(
                error?.description.hasPrefix("\(count) \(1 << 40) cores per device are more than") == true,
                "\(String(describing: error))")
        }
    }
}

/// Groups by arithmetic are the groups that a search among all workers finds.
@Suite struct MeshGroupTests {
    @Test(arguments: [Mesh(lanes: 3, deviceAxes: [2, 5]), Mesh(lanes: 1, deviceAxes: [7]), Mesh(lanes: 4, deviceAxes: [])])
    func groupsAreThoseThatASearchFinds(mesh: Mesh) {
        let axes = Array(mesh.extents.indices)
        for chosen in [[], [0], Array(axes.dropFirst()), axes] {
            for worker in 0..<mesh.workerCount {
                let own = mesh.coordinates(of: worker)
                let searched = (0..<mesh.workerCount).filter { other in
                    let theirs = mesh.coordinates(of: other)
                    return axes.allSatisfy { chosen.contains($0) || own[$0] == theirs[$0] }
                }
                #expect(mesh.group(of: worker, along: chosen) == searched)
                let place = mesh.place(of: worker, along: chosen)
                #expect(place.count == searched.count && searched[place.position] == worker)
            }
        }
    }

    @Test func moreWorkersThanAnyMachineHasAreRefused() {
        for mode in ParallelMode.allCases {
            for (devices, lanes) in [(Int.max, Int.max), (2_305_843_009_213_693_951, 1), (1, 1025), (1025, 1), (.max, 2)] {
                #expect(throws: ParallelismError.self) { try mode.mesh(devices: devices, lanes: lanes) }
            }
        }
    }
}
