import Devices
import Testing
import Topology

@Suite("Devices on their cores")
struct DeviceGroupTests {
    @Test(
        "More devices than cores make progress together, and jobs are all that runs", arguments: [(8, 2), (3, 1), (5, 2), (1, 1)])
    func crowd(devices: Int, cores: Int) async throws {
        let group = try Machines.group(devices: devices, onCores: cores)
        #expect(group.executors.count == min(cores, group.machine.usableThreadCount))
        #expect(group.devices.map(\.index) == Array(0..<devices))
        let barrier = StepBarrier(participants: devices)
        let steps = 500
        let reached = try await group.onEveryLane(meetingAt: barrier) { _ in
            for _ in 0..<steps { try await barrier.arrive() }
            return steps
        }
        #expect(reached == Array(repeating: steps, count: devices))
        group.shutdown()
        let jobs = group.executors.reduce(0) { $0 + $1.counts.jobs }
        // A wait is one job, the resumption; a few more start and end the task. Polling would show as more.
        #expect((1...devices * (steps + 10)).contains(jobs))
    }

    @Test("Devices on the same core share its executor; a device of two cores has two lanes")
    func sharing() throws {
        let shared = try Machines.group(devices: 3, onCores: 1)
        #expect(shared.executors.count == 1)
        #expect(shared.devices.allSatisfy { $0.executor === shared.executors[0] && $0.deviceCores.isShared })
        shared.shutdown()
        let machine = try Machines.here(cores: 2)
        let size = machine.usableThreadCount
        let group = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 2, coresPerDevice: size))
        #expect(group.lanes.count == 2 * size)
        #expect(group.devices[1].lanes.map(\.index) == Array(0..<size))
        #expect(group.devices.allSatisfy { $0.executor === $0.lanes[0].executor })
        group.shutdown()
    }

    @Test("Cores that are not there give warnings and true bindings, and the work is still done")
    func refused() async throws {
        let machine = try Machine(synthetic: "package:2 numa:2 core:1024 pu:1").excluding(as: .affinity) { $0 < 4094 }
        let group = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 2))
        #expect(group.warnings.count >= 2)
        #expect(group.warnings[0].contains("cpu 4094"))
        #expect(group.bindings.allSatisfy { !$0.isPinned && !$0.allowed.isEmpty })
        #expect(try await group.onEveryLane { $0.device } == [0, 1])
        group.shutdown()
    }

    @Test("The first failure is thrown with its device's number, after the others have been woken")
    func failure() async throws {
        struct Broken: Error, Equatable {}
        let group = try Machines.group(devices: 4, onCores: 2)
        let barrier = StepBarrier(participants: 4)
        let returned = Log<Int>()
        let error = await #expect(throws: DevicesError.self) {
            try await group.onEveryLane(meetingAt: barrier) { lane in
                defer { returned.note(lane.device) }
                for step in 0..<100 {
                    if step == 50 && lane.device == 2 { throw Broken() }
                    try await barrier.arrive()
                }
            }
        }
        guard case .lane(device: 2, lane: 0, let underlying) = error else {
            Issue.record("not device 2's failure: \(String(describing: error))")
            return
        }
        #expect(underlying is Broken)
        #expect(error?.description == "device 2, lane 0: Broken()")
        #expect(returned.entries.sorted() == [0, 1, 2, 3])
        group.shutdown()
    }
}
