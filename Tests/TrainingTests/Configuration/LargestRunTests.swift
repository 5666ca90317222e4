import Configuration
import Networks
import Testing
import Topology
import Training

/// Settings that are possible one by one, and together are a run beyond all bounds: it is placed, or refused with a sentence.
@Suite(.timeLimit(.minutes(30))) struct LargestRunTests {
    @Test func theLargestRunIsPlacedOrRefused() throws {
        let machine = try Machine(synthetic: "package:1 core:4 pu:1")
        for mode in ["single", "data", "model", "hybrid"] {
            for (devices, cores, batch) in [
                ("1024", "1", "1024"), ("1021", "1", "1048576"), ("1024", "4096", "1048576"), ("1", "1024", "1048576"),
            ] {
                var configuration = TrainingConfiguration()
                try configuration.apply(flags: [
                    ("mode", mode), ("devices", devices), ("cores-per-device", cores), ("batch-size", batch),
                    ("classes", "1048576"), ("input-size", "4096"),
                    ("model", "alexnet"),
                ])
                let resolved = try configuration.resolved(on: machine)
                do {
                    let network = try PlacedNetwork(resolved)
                    #expect(network.summary.stepOperations > 0)
                } catch {
                    #expect("\(error)".count > 20)
                }
            }
        }
    }

    @Test func epochsThatAreTooManyStepsAreRefused() throws {
        let given = try GivenSetting.flags([
            ("epochs", "1000000000000"), ("data", "synthetic:classes=2,train=10000000,val=2"), ("batch-size", "2"),
            ("model", "lenet5"),
            ("devices", "1"),
        ])
        let error = #expect(throws: ConfigurationError.self) {
            try PreparedRun.memory(given: given, on: Machine(synthetic: "package:1 core:4 pu:1"))
        }
        #expect(error?.description.contains("give at most --epochs 200000000") == true, "\(error?.description ?? "")")
    }
}
