import ModelZoo
import Networks
import Parallelism
import Planning
import Sessions
import Tensors
import TestSupport
import Testing

/// The optimizer's state leaves a session and enters another, however either is spread.
@Suite(.serialized) struct OptimizerStateTests {
    struct Spread: CustomStringConvertible {
        let mode: ParallelMode
        let devices: Int
        let lanes: Int
        var microBatches: Int?
        var description: String {
            "\(mode) on \(devices) devices of \(lanes), \(microBatches.map(String.init) ?? "default") micro-batches"
        }
    }

    static let spreads = [
        Spread(mode: .single, devices: 1, lanes: 1), Spread(mode: .single, devices: 1, lanes: 2),
        Spread(mode: .data, devices: 2, lanes: 1), Spread(mode: .data, devices: 3, lanes: 2),
        Spread(mode: .data, devices: 4, lanes: 1), Spread(mode: .model, devices: 2, lanes: 1),
        Spread(mode: .model, devices: 2, lanes: 2), Spread(mode: .hybrid, devices: 2, lanes: 2),
        Spread(mode: .hybrid, devices: 4, lanes: 1), Spread(mode: .data, devices: 3, lanes: 1, microBatches: 8),
    ]

    private func harness(_ name: String, _ spread: Spread) throws -> SessionHarness {
        let network = try ModelZoo.network(named: name)
        return SessionHarness(
            network: network, mode: spread.mode, devices: spread.devices, lanes: spread.lanes, microBatches: spread.microBatches,
            batch: 8,
            classes: try network.classCount())
    }

    /// Every element has a number of its own, so that none can stand in another's place.
    private func numbered(_ parameters: [Parameter], from first: Float) -> [HostTensor] {
        var next = first
        return parameters.map { parameter in
            var tensor = HostTensor(zeros: parameter.shape)
            guard parameter.isTrainable else { return tensor }
            for index in tensor.values.indices {
                tensor.values[index] = next
                next = next.nextUp
            }
            return tensor
        }
    }

    /// A rule of two slots for the networks whose names say so.
    @Test(arguments: ["lenet5", "lenet5-1998", "alexnet-small", "lenet5 adam", "alexnet-small adam"], spreads)
    func whatIsSetComesBackBitByBit(name: String, spread: Spread) async throws {
        let (network, isAdam) = (String(name.prefix { $0 != " " }), name.hasSuffix("adam"))
        var harness = try harness(network, spread)
        if isAdam { harness.optimizer = Adam() }
        try await harness.withSession { session, _ in
            #expect(session.optimizerSlots == (isAdam ? ["exp_avg", "exp_avg_sq"] : ["momentum"]))
            let state = session.optimizerSlots.indices.map { numbered(session.parameters, from: Float($0 + 1)) }
            try await session.setOptimizerState(state)
            #expect(try await session.optimizerState() == state)
        }
    }

    /// From four devices in data mode to each other spread and back: the same bits, and training goes on from them.
    @Test(arguments: ["lenet5", "alexnet-small"], spreads)
    func aTrainedStateGoesOnElsewhere(name: String, spread: Spread) async throws {
        var first = try harness(name, Spread(mode: .data, devices: 4, lanes: 1))
        first.optimizer = Adam(weightDecay: 0.01)
        let (weights, state) = try await first.withSession { session, _ in
            for step in 0..<3 { _ = try await first.train(session, step: step) }
            return (try await session.parameterValues(), try await session.optimizerState())
        }
        #expect(state.allSatisfy { $0.contains { $0.values.contains { $0 != 0 } } })
        var second = try harness(name, spread)
        (second.initial, second.optimizer) = (weights, first.optimizer)
        try await second.withSession { session, _ in
            try await session.setOptimizerState(state)
            #expect(try await session.optimizerState() == state)
            #expect(try await session.parameterValues() == weights)
            _ = try await second.train(session, step: 3)
            #expect(try await session.optimizerState() != state)
        }
    }

    /// Interrupted after two of four steps, and gone on with in another session: the bits of the uninterrupted training.
    @Test(arguments: spreads)
    func goingOnIsTheSameAsNotStopping(spread: Spread) async throws {
        var harness = try harness("alexnet-small", spread)
        let whole = try await harness.run(steps: 4)
        let (weights, state) = try await harness.withSession { session, _ in
            for step in 0..<2 { _ = try await harness.train(session, step: step) }
            return (try await session.parameterValues(), try await session.optimizerState())
        }
        harness.initial = weights
        let end = try await harness.withSession { session, _ in
            try await session.setOptimizerState(state)
            for step in 2..<4 { _ = try await harness.train(session, step: step) }
            return try await session.parameterValues()
        }
        #expect(end == whole.parameters)
    }

    @Test func aTensorOfAnotherShapeIsNamed() async throws {
        try await harness("lenet5", Self.spreads[0]).withSession { session, _ in
            var state = try await session.optimizerState()
            state[0][1] = HostTensor(zeros: Shape([1]))
            let error = await #expect(throws: ExecutionError.self) { try await session.setOptimizerState(state) }
            #expect(error?.description.contains(session.parameters[1].name) == true)
        }
    }
}
