import Devices
import Testing
import Topology

@Suite("A device stays on its core")
struct LaneTests {
    /// Isolated to nobody: stays with its caller because the package is built that way.
    private static func helper() async -> Int? { currentCore() }

    @concurrent private static func elsewhere() async -> Int { 1 }

    @Test("At every step, through barriers, helpers, other actors and the global pool", .needsPinning, arguments: [1, 2])
    func neverLeaves(cores: Int) async throws {
        let group = try Machines.group(devices: 4, onCores: cores)
        let barrier = StepBarrier(participants: group.lanes.count)
        let seen = try await group.onEveryLane(meetingAt: barrier) { lane in
            var seen: Set<Int?> = []
            for _ in 0..<200 {
                seen.insert(currentCore())
                try await barrier.arrive()
                seen.insert(currentCore())
                seen.insert(await Self.helper())
                _ = await Self.elsewhere()
                seen.insert(currentCore())
                lane.preconditionIsolated()
            }
            return seen
        }
        for (lane, cores) in zip(group.lanes, seen) { #expect(cores == [lane.executor.core]) }
        group.shutdown()
    }

    @Test("Called from a task that knows nothing of cores, too", .needsPinning)
    func plainTask() async throws {
        let group = try Machines.group(devices: 2, onCores: 2)
        for device in group.devices {
            let seen = await device.perform { device in
                var seen: Set<Int?> = []
                for _ in 0..<200 {
                    seen.insert(await Self.helper())
                    _ = await Self.elsewhere()
                    seen.insert(currentCore())
                    await Task.yield()
                    seen.insert(currentCore())
                    // The device's first lane is on the same executor: going there is no detour.
                    seen.insert(await device.lanes[0].perform { _ in currentCore() })
                }
                return seen
            }
            #expect(seen == [device.executor.core])
        }
        group.shutdown()
    }

    @Test("A typed error comes through as itself")
    func typedError() async throws {
        struct Stop: Error, Equatable {}
        let group = try Machines.group(devices: 1, onCores: 1)
        do throws(Stop) {
            try await group.lanes[0].perform { _ throws(Stop) in throw Stop() }
        } catch {
            #expect(error == Stop())
        }
        group.shutdown()
    }
}
