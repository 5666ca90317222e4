import ModelZoo
import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// Values that pass through idle arenas are the values that the host gets as copies.
@Suite(.serialized) struct TrainingSessionValuesTests {
    private func harness(_ spread: OptimizerStateTests.Spread) throws -> SessionHarness {
        let network = try ModelZoo.network(named: "lenet5")
        return SessionHarness(
            network: network, mode: spread.mode, devices: spread.devices, lanes: spread.lanes, microBatches: spread.microBatches,
            batch: 16,
            classes: try network.classCount())
    }

    private func collected(_ session: TrainingSession) throws -> (values: [HostTensor], states: [HostTensor]) {
        let parameters = session.parameters
        return (
            try parameters.indices.map { index in
                try session.withValues(ofParameter: index) { HostTensor(parameters[index].shape, Array($0)) }
            },
            try parameters.indices.map { index in
                try session.withOptimizerState(ofParameter: index, slot: 0) { HostTensor(parameters[index].shape, Array($0)) }
            }
        )
    }

    @Test(arguments: OptimizerStateTests.spreads) func areThoseOfTheDevices(spread: OptimizerStateTests.Spread) async throws {
        let harness = try harness(spread)
        try await harness.withSession { session, _ in
            let initial = await InitialParameters.values(of: session.training.graph, seed: harness.seed)
            #expect(try await session.parameterValues() == initial)
            for step in 0..<2 {
                _ = try await harness.train(session, step: step)
                let (values, states) = try collected(session)
                #expect(try await session.parameterValues() == values)
                #expect(try await session.optimizerState() == [states])
            }
        }
    }
}
