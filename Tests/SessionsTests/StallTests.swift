import Devices
import Locks
import ModelZoo
import Networks
import Parallelism
import Planning
import Sessions
import Tensors
import TestSupport
import Testing
import Topology

/// A step that cannot end is noticed: the error names who waits for whom, and the parameters of the step before are still to be had.
@Suite(.serialized) struct StallTests {
    private func session(
        stall: StallFault?, timeout: Duration, devices: DeviceGroup, unheard: (@Sendable (any Error) -> Void)? = nil
    ) async throws -> TrainingSession {
        try await TrainingSession(
            try ModelZoo.network(named: "lenet5"), strategy: ParallelMode.data, devices: devices, batchSize: 8, microBatches: nil,
            optimizer: GradientDescent(), seed: 3, inspection: nil, stallTimeout: timeout, onUnheardStall: unheard, stall: stall)
    }

    private func group() throws -> DeviceGroup {
        let machine = try Machine.discover()
        return try DeviceGroup(machine, try CoreAssignment(on: machine, devices: 2))
    }

    @Test(.needsCores(2), .timeLimit(.minutes(30))) func aStalledStepNamesWhoWaitsForWhom() async throws {
        let harness = SessionHarness(
            network: try ModelZoo.network(named: "lenet5"), mode: .data, devices: 2, batch: 8, classes: 10, seed: 3)
        let sound = try group()
        defer { sound.shutdown() }
        let reference = try await session(stall: nil, timeout: .seconds(60), devices: sound)
        try await reference.initializeParameters()
        _ = try await harness.train(reference, step: 0)
        let expected = try await reference.parameterValues()
        try await reference.end()

        let devices = try group()
        defer { devices.shutdown() }
        let unheard = Guarded(0)
        let session = try await session(
            stall: StallFault(worker: 1, step: 1), timeout: .milliseconds(300), devices: devices,
            unheard: { _ in unheard.withLock { $0 += 1 } })
        try await session.initializeParameters()
        _ = try await harness.train(session, step: 0)
        let error = await #expect(throws: ExecutionError.self) { _ = try await harness.train(session, step: 1) }
        guard case .stalled(let stall) = error else {
            Issue.record("no stall: \(String(describing: error))")
            return
        }
        #expect(stall.step == 1)
        #expect(stall.positions.map(\.isWaiting) == [true, false])
        #expect(
            stall.description.contains("device 1, lane 0 is in convolution of conv1")
                && stall.description.contains("device 0, lane 0 waits for device 1, lane 0 before the sums of the gradients"),
            "\(stall.description)")
        #expect(session.hasWholeParameters)
        #expect(try await session.parameterValues() == expected)
        await #expect(throws: ExecutionError.self) { _ = try await harness.train(session, step: 2) }
        await #expect(throws: ExecutionError.self) { try await session.end() }
        // Whoever was thrown the error has heard it: nobody need end the program.
        #expect(unheard.withLock { $0 } == 0)
    }

    /// Steps that are slower than the limit are none that have stalled, as long as something moves; nor is a session between two steps.
    @Test(.timeLimit(.minutes(30))) func aSlowStepGoesOn() async throws {
        let devices = try group()
        defer { devices.shutdown() }
        let harness = SessionHarness(
            network: try ModelZoo.network(named: "lenet5"), mode: .data, devices: 2, batch: 8, classes: 10, seed: 3)
        let session = try await session(stall: nil, timeout: .milliseconds(400), devices: devices)
        try await session.initializeParameters()
        _ = try await harness.train(session, step: 0)
        try await Task.sleep(for: .milliseconds(900))
        _ = try await harness.train(session, step: 1)
        #expect(!session.hasWholeParameters)
        try await session.end()
    }
}
