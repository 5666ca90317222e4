import ModelZoo
import Networks
import Parallelism
import Testing

/// Every network that ships can be spread in every mode, and nobody waits for ever or reads what is not there yet.
@Suite struct ShippedNetworksTests {
    @Test(arguments: ModelZoo.entries.map(\.name)) func programsOfEveryModeAreSound(name: String) throws {
        let training = try TrainingGraph(of: ModelZoo.network(named: name).graph(batchSize: 7, purpose: .training))
        for (mode, devices) in [(ParallelMode.data, 3), (.model, 2), (.hybrid, 2)] {
            try ProgramChecker.check(Program.all(of: Partitioner.place(training, strategy: mode, devices: devices)))
        }
    }

    /// One of each family that normalises by the statistics of the batch, with micro-steps that meet at each normalisation.
    @Test(arguments: ["resnet20-cifar", "vgg11-bn", "shufflenet"])
    func programsWithSumsOverTheBatchAreSound(name: String) throws {
        let network = try ModelZoo.network(named: name).normalizing(by: .synchronised)
        let training = try TrainingGraph(of: network.graph(batchSize: 8, purpose: .training).fusingNormalizations())
        for (mode, devices, lanes, microBatches) in [
            (ParallelMode.data, 3, 1, 7), (.data, 2, 2, 8), (.model, 2, 2, 4), (.hybrid, 2, 1, 4), (.single, 1, 1, 3),
        ] {
            let placed = try Partitioner.place(
                training, strategy: mode, devices: devices, lanes: lanes, microBatches: microBatches)
            let programs = Program.all(of: placed)
            try ProgramChecker.check(programs)
            #expect(programs[0].instructions.contains { if case .sumOverBatch = $0.action { true } else { false } })
        }
    }
}
