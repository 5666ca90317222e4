import Devices
import ModelZoo
import Networks
import Parallelism
import Planning
import Sessions
import Tensors
import TestSupport
import Testing
import Topology

/// What is planned is what is taken, to the byte.
@Suite(.serialized) struct SessionMemoryPlanTests {
    struct Spread: CustomStringConvertible {
        let model: String
        let mode: ParallelMode
        let devices: Int
        let lanes: Int
        var microBatches: Int?
        var description: String { "\(model), \(mode), \(devices) × \(lanes), \(microBatches ?? 0) micro-batches" }
    }

    static let spreads = [
        Spread(model: "lenet5", mode: .single, devices: 1, lanes: 1),
        Spread(model: "lenet5", mode: .single, devices: 1, lanes: 2),
        Spread(model: "lenet5", mode: .single, devices: 1, lanes: 1, microBatches: 4),
        Spread(model: "lenet5", mode: .data, devices: 3, lanes: 1),
        Spread(model: "lenet5", mode: .data, devices: 3, lanes: 1, microBatches: 8),
        Spread(model: "lenet5", mode: .data, devices: 2, lanes: 2, microBatches: 8),
        Spread(model: "lenet5", mode: .model, devices: 2, lanes: 1),
        Spread(model: "lenet5", mode: .hybrid, devices: 2, lanes: 2),
        Spread(model: "alexnet-small", mode: .model, devices: 2, lanes: 2),
        Spread(model: "alexnet-small", mode: .hybrid, devices: 4, lanes: 1, microBatches: 8),
        Spread(model: "alexnet-small", mode: .data, devices: 2, lanes: 1),
    ]

    private func network(_ spread: Spread) throws -> Network { try ModelZoo.network(named: spread.model) }

    @Test(arguments: spreads) func plannedIsTaken(spread: Spread) async throws {
        let network = try network(spread)
        let harness = SessionHarness(
            network: network, mode: spread.mode, devices: spread.devices, lanes: spread.lanes, microBatches: spread.microBatches,
            batch: 16,
            classes: try network.classCount())
        let plan = try SessionMemoryPlan(
            network, strategy: spread.mode, devices: spread.devices, coresPerDevice: spread.lanes, batchSize: 16,
            microBatches: spread.microBatches)
        try await harness.withSession { session, _ in
            #expect(session.memory == plan.workers)
            #expect(session.memory.map(\.total) == session.mappedBytes)
        }
    }

    /// 1,024 pixels to 512 numbers: a weight of 2 MiB, a bias of a page.
    private let dense = Network("dense", input: [1, 32, 32]) { Dense(512, name: "head") }
    private let page = 4096
    private let mebibyte = 1 << 20

    @Test func oneDevice() throws {
        let device = try SessionMemoryPlan(dense, strategy: ParallelMode.single, devices: 1, coresPerDevice: 1, batchSize: 16)
            .devices[0]
        #expect(device.weights == 2 * mebibyte + page)
        #expect(device.optimizer == 2 * mebibyte + page)
        #expect(device.gradients == 2 * mebibyte + 2048)
        // The images at least; the scores and their gradient besides, and no more than a few.
        #expect((16 * 4096...4 * 16 * 4096).contains(device.activations))
        #expect(device.total == device.kinds.reduce(0) { $0 + $1.bytes })
    }

    @Test func inDataModeTheOptimizerIsDividedAndTheWeightsAreNot() throws {
        let devices = try SessionMemoryPlan(dense, strategy: ParallelMode.data, devices: 2, coresPerDevice: 1, batchSize: 16)
            .devices
        #expect(devices.map(\.weights) == [2 * mebibyte + page, 2 * mebibyte + page])
        #expect(devices.map(\.optimizer) == [mebibyte + page, mebibyte + page])
    }

    @Test func inModelModeBothAre() throws {
        let devices = try SessionMemoryPlan(dense, strategy: ParallelMode.model, devices: 2, coresPerDevice: 1, batchSize: 16)
            .devices
        #expect(devices.map(\.weights) == [mebibyte + page, mebibyte + page])
        #expect(devices.map(\.optimizer) == [mebibyte + page, mebibyte + page])
    }

    @Test func lanesShareTheirDevicesWeights() throws {
        let plan = try SessionMemoryPlan(dense, strategy: ParallelMode.single, devices: 1, coresPerDevice: 2, batchSize: 16)
        #expect(plan.workers.map(\.bytes.weights) == [2 * mebibyte + page, 0])
        #expect(plan.devices.count == 1)
    }

    @Test func halfTheBatchHasHalfTheActivations() throws {
        let network = try ModelZoo.network(named: "alexnet-small")
        let activations = try [32, 16].map { batch in
            try SessionMemoryPlan(network, strategy: ParallelMode.single, devices: 1, coresPerDevice: 1, batchSize: batch)
                .devices[0].activations
        }
        #expect(abs(activations[0] - 2 * activations[1]) < activations[1] / 10)
    }

    @Test func aDeviceThatWouldNeedMoreIsRefused() async throws {
        let machine = try Machine.discover()
        let group = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 2))
        defer { group.shutdown() }
        let need = try SessionMemoryPlan(dense, strategy: ParallelMode.data, devices: 2, coresPerDevice: 1, batchSize: 16)
            .devices[0].total
        for _ in 0..<2 {
            do {
                _ = try await TrainingSession(
                    dense, strategy: ParallelMode.data, devices: group, batchSize: 16, deviceMemory: need - 1)
                Issue.record("a session of devices that are too small")
            } catch ExecutionError.deviceMemory(let shortage) {
                #expect(shortage.limit == need - 1)
                #expect(shortage.need.total == need)
            }
        }
        let session = try await TrainingSession(
            dense, strategy: ParallelMode.data, devices: group, batchSize: 16, deviceMemory: need)
        try await session.end()
    }
}
