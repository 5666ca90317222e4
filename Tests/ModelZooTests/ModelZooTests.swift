import ModelZoo
import Networks
import Tensors
import Testing

@Suite struct ModelZooTests {
    @Test(arguments: ModelZoo.entries.map(\.name))
    func everyNetworkCanBeDifferentiatedAndTellsItsClassesApart(name: String) throws {
        let entry = try #require(ModelZoo.entries.first { $0.name == name })
        let network = try ModelZoo.network(named: name)
        #expect(try network.classCount() == entry.defaultClasses)
        #expect(network.name == name)
        #expect(!network.source.isEmpty)
        let training = try TrainingGraph(of: network.graph(batchSize: 2, purpose: .training))
        let learnt = training.updates.filter { training.graph.parameters[$0.parameter].isTrainable }
        #expect(learnt.count == training.graph.parameters.filter(\.isTrainable).count)
    }

    @Test(arguments: ModelZoo.names.filter { $0 != "lenet5-1998" })
    func theNumberOfClassesCanBeChosen(name: String) throws {
        #expect(try ModelZoo.network(named: name, classes: 7).classCount() == 7)
    }

    @Test func parametersAreNamedByLayer() throws {
        let layers = (1...5).map { "conv\($0)" } + (6...8).map { "fc\($0)" }
        let names = layers.flatMap { ["\($0).weight", "\($0).bias"] }
        for network in ["alexnet", "alexnet-small", "alexnet-simplified"] {
            #expect(try ModelZoo.network(named: network).graph(batchSize: 1, purpose: .training).parameters.map(\.name) == names)
        }
    }

    @Test func alexNetStartsAsPublished() throws {
        let graph = try ModelZoo.network(named: "alexnet").graph(batchSize: 1, purpose: .training)
        for parameter in graph.parameters where parameter.kind == .weight {
            #expect(parameter.initializer == .normal(standardDeviation: 0.01))
        }
        let ones = graph.parameters.filter { $0.initializer == .constant(1) }.map(\.name)
        #expect(ones == ["conv2.bias", "conv4.bias", "conv5.bias", "fc6.bias", "fc7.bias"])
    }

    @Test func anUnknownNameIsAnsweredWithTheNearestKnownOnes() {
        #expect(throws: ModelZooError.unknownName("alexnet-smal", nearest: ["alexnet-small"])) {
            try ModelZoo.network(named: "alexnet-smal")
        }
        #expect(throws: ModelZooError.unknownName("AlexNett", nearest: ["alexnet"])) {
            try ModelZoo.network(named: "AlexNett")
        }
        let message = ModelZooError.unknownName("lenet", nearest: ["lenet5"]).description
        #expect(
            message == "no network is named lenet; did you mean lenet5? All of them: \(ModelZoo.names.joined(separator: ", "))")
    }

    @Test func noClassesAreRefused() {
        #expect(throws: ModelZooError.classes(network: "lenet5", asked: 0, possible: "at least 1 and at most 1048576")) {
            try ModelZoo.network(named: "lenet5", classes: 0)
        }
    }
}
