import ModelZoo
import Networks
import Parallelism
import Tensors
import TestSupport
import Testing

/// In data mode the bits of the parameters depend on the number of micro-batches, not on who computes them or when.
@Suite(.serialized) struct SameBitsTests {
    private func parameters(
        batch: Int, devices: Int, lanes: Int = 1, microBatches: Int? = nil, mode: ParallelMode = .data,
        model: String = "alexnet-small"
    ) async throws -> [HostTensor] {
        try await SessionHarness(
            network: try ModelZoo.network(named: model), mode: mode, devices: devices, lanes: lanes, microBatches: microBatches,
            batch: batch,
            classes: 10
        ).run(steps: 4).parameters
    }

    @Test(arguments: ParallelMode.allCases) func runningTwiceGivesTheSameBits(mode: ParallelMode) async throws {
        let devices = mode == .single ? 1 : 4
        #expect(
            try await parameters(batch: 13, devices: devices, mode: mode) == parameters(batch: 13, devices: devices, mode: mode))
    }

    /// Batches that the micro-batches divide evenly and unevenly; devices that hold runs of equal and of unequal numbers of micro-batches.
    @Test(arguments: [("alexnet-small", 8, 16), ("alexnet-small", 8, 13), ("lenet5", 8, 9), ("lenet5-1998", 5, 12)])
    func anyNumberOfDevicesComputesTheSameBits(model: String, microBatches: Int, batch: Int) async throws {
        let one = try await parameters(batch: batch, devices: 1, microBatches: microBatches, model: model)
        for devices in [2, 3, 4, 5, 8, 10] {
            #expect(
                try await parameters(batch: batch, devices: devices, microBatches: microBatches, model: model) == one,
                "\(devices) devices")
        }
    }

    @Test(arguments: [(8, 13), (6, 6), (7, 20)]) func lanesComputeTheBitsOfDevices(
        microBatches: Int, batch: Int
    ) async throws {
        let one = try await parameters(batch: batch, devices: 1, microBatches: microBatches)
        for devices in [1, 2, 3, 8] {
            #expect(
                try await parameters(batch: batch, devices: devices, lanes: 2, microBatches: microBatches) == one,
                "\(devices) devices")
        }
    }

    /// In model mode the micro-batches are divided among the lanes: two of them compute the bits of one.
    @Test func lanesComputeTheBitsOfOneLaneInModelMode() async throws {
        #expect(
            try await parameters(batch: 12, devices: 2, lanes: 2, microBatches: 4, mode: .model)
                == parameters(batch: 12, devices: 2, lanes: 1, microBatches: 4, mode: .model))
    }

    @Test(arguments: [8, 13]) func twoLanesComputeTheBitsOfTwoDevices(batch: Int) async throws {
        #expect(try await parameters(batch: batch, devices: 1, lanes: 2) == parameters(batch: batch, devices: 2))
        #expect(try await parameters(batch: batch, devices: 2, lanes: 2) == parameters(batch: batch, devices: 4))
    }

    @Test(arguments: [8, 13]) func fourLanesComputeTheBitsOfFourDevices(batch: Int) async throws {
        #expect(try await parameters(batch: batch, devices: 1, lanes: 4) == parameters(batch: batch, devices: 4))
    }
}
