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
}
