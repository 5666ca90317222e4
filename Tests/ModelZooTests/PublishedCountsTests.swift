import Foundation
import ModelZoo
import Networks
import Tensors
import Testing

/// The numbers of parameters that papers, Caffe's Model Zoo and torchvision give.
@Suite struct PublishedCountsTests {
    private static let counts = [
        "alexnet": 60_965_224, "alexnet-small": 371_146, "alexnet-simplified": 8_581_514, "alexnet-torchvision": 61_100_840,
        "lenet5": 61_706, "lenet5-1998": 60_000,
        "vgg11": 132_863_336, "vgg13": 133_047_848, "vgg16": 138_357_544, "vgg19": 143_667_240,
        "nin": 7_595_176, "nin-cifar": 966_986,
        "googlenet": 13_378_280,
        "highway-10": 85_660, "highway-20": 136_660, "highway-50": 289_660, "highway-100": 544_660,
    ]

    @Test func everyNetworkHasOne() {
        #expect(Set(Self.counts.keys) == Set(ModelZoo.names))
    }

    private func count(_ parameters: [Parameter]) -> Int {
        parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount }
    }

    @Test(arguments: ModelZoo.entries.map(\.name)) func hasThePublishedNumberOfParameters(name: String) throws {
        let wanted = try #require(Self.counts[name])
        let graph = try ModelZoo.network(named: name).graph(batchSize: 1, purpose: .inference)
        #expect(count(graph.parameters) == wanted)
        // Lists show the same.
        let digits = String(wanted).reversed().enumerated().map { $0 > 0 && $0 % 3 == 0 ? "\($1)," : "\($1)" }
        #expect(try ModelZoo.entry(named: name).summary.hasSuffix("; \(digits.reversed().joined()) parameters"))
    }

    /// What is used where nothing is learnt.
    @Test(arguments: [("googlenet", 6_998_552)]) func withoutAuxiliaryHeads(name: String, wanted: Int) throws {
        let network = try ModelZoo.network(named: name)
        let graph = try network.graph(batchSize: 1, purpose: .inference)
        let read = Set(graph.nodes.flatMap(\.inputs))
        let used = zip(graph.parameters, graph.parameterValues).filter { read.contains($0.1) }.map(\.0)
        #expect(count(used) == wanted)
        #expect(graph.outputs.map(\.name) == ["loss", "rank", "scores"])
        let losses = try network.graph(batchSize: 1, purpose: .training).outputs.filter { $0.name.hasPrefix("aux") }
        #expect(losses.map(\.role) == [.loss(weight: 0.3), .loss(weight: 0.3)])
    }
}
