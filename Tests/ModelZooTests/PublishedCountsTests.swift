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
        "vgg11-small": 611_434, "vgg11-small-blur": 611_434, "vgg16-small": 955_098, "vgg16-small-bn": 957_210,
        "nin": 7_595_176, "nin-cifar": 966_986,
        "googlenet": 13_378_280,
        "vgg11-bn": 132_868_840, "vgg13-bn": 133_053_736, "vgg16-bn": 138_365_992, "vgg19-bn": 143_678_248,
        "googlenet-torchvision": 13_004_888, "inception-v3": 27_161_264,
        "resnet18": 11_689_512, "resnet34": 21_797_672, "resnet50": 25_557_032, "resnet101": 44_549_160, "resnet152": 60_192_808,
        "resnext50-32x4d": 25_028_904, "se-resnet50": 28_088_024,
        "plain20-cifar": 269_722, "resnet20-cifar": 269_722, "resnet20-cifar-projection": 272_474, "se-resnet20-cifar": 272_095,
        "plain32-cifar": 464_154, "resnet32-cifar": 464_154, "resnet32-cifar-projection": 466_906,
        "plain44-cifar": 658_586, "resnet44-cifar": 658_586, "resnet44-cifar-projection": 661_338,
        "plain56-cifar": 853_018, "resnet56-cifar": 853_018, "resnet56-cifar-projection": 855_770,
        "plain110-cifar": 1_727_962, "resnet110-cifar": 1_727_962, "resnet110-cifar-projection": 1_730_714,
        "resnext29-8x64d": 34_426_698,
        "densenet121": 7_978_856, "densenet161": 28_681_000, "densenet169": 14_149_480, "densenet201": 20_013_928,
        "densenet100-cifar": 769_162,
        "mobilenet": 4_231_976, "shufflenet": 1_865_728, "squeezenet1-0": 1_248_424, "squeezenet1-1": 1_235_496,
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
    @Test(
        arguments: [
            ("googlenet", 6_998_552, [Float(0.3), 0.3]), ("googlenet-torchvision", 6_624_904, [0.3, 0.3]),
            ("inception-v3", 23_834_568, [0.4]),
        ])
    func withoutAuxiliaryHeads(name: String, wanted: Int, weights: [Float]) throws {
        let network = try ModelZoo.network(named: name)
        let graph = try network.graph(batchSize: 1, purpose: .inference)
        let read = Set(graph.nodes.flatMap(\.inputs))
        let used = zip(graph.parameters, graph.parameterValues).filter { read.contains($0.1) }.map(\.0)
        #expect(count(used) == wanted)
        #expect(graph.outputs.map(\.name) == ["loss", "rank", "scores"])
        let losses = try network.graph(batchSize: 2, purpose: .training).outputs.filter { $0.name.hasPrefix("aux") }
        #expect(losses.map(\.role) == weights.map { .loss(weight: $0) })
    }
}
