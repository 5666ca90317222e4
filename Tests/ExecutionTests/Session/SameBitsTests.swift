import ModelZoo
import Networks
import Parallelism
import Tensors
import Testing

/// In data mode the bits of the parameters depend on the number of shards, not on who computes them or when.
@Suite(.serialized) struct SameBitsTests {
    private func parameters(batch: Int, devices: Int, lanes: Int = 1, mode: ParallelMode = .data) async throws -> [HostTensor] {
        try await SessionHarness(
            network: try ModelZoo.network(named: "alexnet-small"), mode: mode, devices: devices, lanes: lanes, batch: batch,
            classes: 10
        ).run(steps: 4).parameters
    }

    @Test(arguments: ParallelMode.allCases) func runningTwiceGivesTheSameBits(mode: ParallelMode) async throws {
        let devices = mode == .single ? 1 : 4
        #expect(
            try await parameters(batch: 13, devices: devices, mode: mode) == parameters(batch: 13, devices: devices, mode: mode))
    }

    @Test(.needsCores(2), arguments: [8, 13]) func twoLanesComputeTheBitsOfTwoDevices(batch: Int) async throws {
        #expect(try await parameters(batch: batch, devices: 1, lanes: 2) == parameters(batch: batch, devices: 2))
        #expect(try await parameters(batch: batch, devices: 2, lanes: 2) == parameters(batch: batch, devices: 4))
    }

    @Test(.needsCores(4), arguments: [8, 13]) func fourLanesComputeTheBitsOfFourDevices(batch: Int) async throws {
        #expect(try await parameters(batch: batch, devices: 1, lanes: 4) == parameters(batch: batch, devices: 4))
    }
}
