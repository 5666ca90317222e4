import Execution
import ModelZoo
import Networks
import Parallelism
import Tensors
import Testing
import Topology

/// Ten steps on several devices leave the parameters that ten steps on one device leave.
@Suite(.serialized) struct ModesAgreeTests {
    /// A network, and a batch that most numbers of devices do not divide.
    struct Case: CustomStringConvertible {
        let name: String
        let batch: Int
        let learningRate: Float
        /// How many decisions of one unit (ReLU, a pooling window) may go the other way; 0 where everything is smooth.
        let nearTies: Int
        var description: String { "\(name), batch \(batch)" }
    }

    static let cases = [
        Case(name: "lenet5", batch: 13, learningRate: 0.01, nearTies: 0),
        Case(name: "lenet5-1998", batch: 13, learningRate: 1e-3, nearTies: 0),
        Case(name: "alexnet-small", batch: 13, learningRate: 1e-3, nearTies: 1),
        Case(name: "alexnet-simplified", batch: 13, learningRate: 1e-5, nearTies: 2),
        Case(name: "alexnet", batch: 6, learningRate: 1e-4, nearTies: 3),
    ]
    static let steps = 10

    @Test(arguments: cases) func everyModeAgreesWithOneDevice(_ test: Case) async throws {
        var harness = try harness(test)
        let graph = try harness.network.graph(batchSize: test.batch, purpose: .training)
        let initial = await InitialParameters.values(of: graph, seed: harness.seed)
        harness.initial = initial
        let single = try await harness.run(steps: Self.steps)
        let agreement = SingleRun(
            initial: initial, single: single,
            agreement: Agreement(steps: Self.steps, batchSize: test.batch, nearTies: test.nearTies))

        // The tolerance is no narrower than one device's distance from itself where rounding alone differs.
        harness.initial = zip(initial, graph.parameters).map { $1.isTrainable ? $0.nudged(seed: 1) : $0 }
        agreement.expect(try await harness.run(steps: Self.steps), "\(test.name) from weights one unit away")
        harness.initial = initial
        for (mode, devices, shards) in [
            (ParallelMode.data, 2, nil), (.data, 3, nil), (.data, 4, nil), (.model, 2, nil), (.model, 4, nil), (.hybrid, 2, nil),
            (.hybrid, 4, nil), (.data, 2, 5), (.model, 2, 3), (.hybrid, 2, 4),
        ] {
            (harness.mode, harness.devices, harness.shards) = (mode, devices, shards)
            agreement.expect(
                try await harness.run(steps: Self.steps),
                "\(test.name) in \(mode) mode on \(devices) devices" + (shards.map { " with \($0) shards" } ?? ""))
        }
    }

    private func harness(_ test: Case) throws -> SessionHarness {
        let network = try ModelZoo.network(named: test.name)
        return SessionHarness(
            network: network, batch: test.batch, classes: try network.classCount(), learningRate: test.learningRate)
    }
}

/// What the steps did on one device, and how near another way to take them must come, as `Agreement` has it. A run from weights one unit
/// in the last place away, on one device, parts as far as any mode does (in these parts: alexnet-small 0.003, alexnet-simplified 0.7,
/// alexnet 0.7, the most distant mode 0.9). Leaving out a shard, a summand, a gathered block, the exchange of biases or the place of a
/// dropout mask parts by 70 to 220.
struct SingleRun {
    let initial: [HostTensor]
    let single: SessionHarness.Outcome
    let agreement: Agreement

    func expect(_ other: SessionHarness.Outcome, _ what: String, sourceLocation: SourceLocation = #_sourceLocation) {
        for (index, name) in single.names.enumerated() {
            tolerance(of: index).expect(
                other.parameters[index].values, single.parameters[index].values, "\(what): \(name)",
                sourceLocation: sourceLocation)
        }
    }

    private func tolerance(of parameter: Int) -> Tolerance {
        let (after, before) = (single.parameters[parameter].values, initial[parameter].values)
        var change: Float = 0
        for index in after.indices { change = max(change, abs(after[index] - before[index])) }
        return Tolerance(agreement.shareOfChange * Double(change), relative: agreement.rounding)
    }
}
