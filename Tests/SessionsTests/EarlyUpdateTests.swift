import ModelZoo
import Parallelism
import Planning
import Sessions
import TestSupport
import Testing

/// A parameter that no other worker has a part in is updated as soon as the step needs it no more, and its gradient's memory goes
/// to others.
@Suite(.serialized) struct EarlyUpdateTests {
    private func harness(_ mode: ParallelMode, devices: Int, microBatches: Int?, keepsGradients: Bool) throws -> SessionHarness {
        SessionHarness(
            network: try ModelZoo.network(named: "alexnet-small"), mode: mode, devices: devices, microBatches: microBatches,
            batch: 8,
            classes: 10, keepsGradients: keepsGradients)
    }

    @Test(arguments: [(ParallelMode.single, 1, nil), (.single, 1, 4), (.data, 2, nil), (.model, 2, nil), (.hybrid, 2, nil)])
    func theBitsAreThoseOfUpdatesAtTheEnd(mode: ParallelMode, devices: Int, microBatches: Int?) async throws {
        let early = try await harness(mode, devices: devices, microBatches: microBatches, keepsGradients: false).run(steps: 3)
        let late = try await harness(mode, devices: devices, microBatches: microBatches, keepsGradients: true).run(steps: 3)
        #expect(early.parameters == late.parameters && early.losses == late.losses)
    }

    @Test(arguments: [(ParallelMode.single, 1), (.model, 2)]) func gradientsTakeNoMemoryToTheEnd(
        mode: ParallelMode, devices: Int
    ) async throws {
        func arena(keepsGradients: Bool) async throws -> Int {
            try await harness(mode, devices: devices, microBatches: nil, keepsGradients: keepsGradients)
                .withSession { session, _ in session.memory.reduce(0) { $0 + $1.total } }
        }
        #expect(try await arena(keepsGradients: false) < arena(keepsGradients: true))
    }

    @Test func gradientsThatAreNotKeptAreNotGiven() async throws {
        let harness = try harness(.single, devices: 1, microBatches: nil, keepsGradients: false)
        try await harness.withSession { session, _ in
            _ = try await harness.train(session, step: 0)
            let error = await #expect(throws: ExecutionError.self) { try await session.gradientValues() }
            #expect("\(try #require(error))".contains("keepsGradients: true"))
        }
    }
}
