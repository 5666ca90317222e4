import Devices
import Testing
import Topology

@Suite("Devices that know nothing of each other")
struct DeviceGroupIndependentTests {
    @Test("Each is device 0 of its own group, on the core that it had", arguments: [(4, 2, 1), (3, 1, 1), (2, 2, 2)])
    func cores(devices: Int, cores: Int, coresPerDevice: Int) async throws {
        let machine = try Machines.here(cores: cores)
        let size = min(coresPerDevice, machine.usableThreadCount)
        let group = try DeviceGroup(machine, CoreAssignment(on: machine, devices: devices, coresPerDevice: size))
        let alone = group.independent()
        #expect(alone.count == devices)
        for (device, other) in zip(group.devices, alone) {
            #expect(other.devices.map(\.index) == [0])
            #expect(other.devices[0].deviceCores.threads == device.deviceCores.threads)
            #expect(other.devices[0].lanes.map(\.device) == Array(repeating: 0, count: size))
            #expect(zip(other.lanes, device.lanes).allSatisfy { $0.executor === $1.executor })
            #expect(Set(other.executors.map(\.core)) == Set(device.deviceCores.threads))
        }
        group.shutdown()
    }

    @Test("Their threads end with the group they come from, not with them")
    func threads() async throws {
        let group = try Machines.group(devices: 2, onCores: 1)
        let alone = group.independent()
        alone[0].shutdown()
        #expect(try await alone[1].onEveryLane { $0.device } == [0])
        #expect(try await group.onEveryLane { $0.device } == [0, 1])
        group.shutdown()
    }
}
