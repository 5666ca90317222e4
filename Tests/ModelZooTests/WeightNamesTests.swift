import ModelZoo
import Networks
import Testing

@Suite struct WeightNamesTests {
    /// As `torchvision.models.alexnet().state_dict()` has them, in its order.
    static let torchvision = [
        "features.0.weight", "features.0.bias", "features.3.weight", "features.3.bias", "features.6.weight", "features.6.bias",
        "features.8.weight", "features.8.bias", "features.10.weight", "features.10.bias", "classifier.1.weight",
        "classifier.1.bias", "classifier.4.weight", "classifier.4.bias", "classifier.6.weight", "classifier.6.bias",
    ]

    /// As checkpoints had them before.
    static let earlier = (1...8).flatMap { number in
        ["weight", "bias"].map { "\(number < 6 ? "conv" : "fc")\(number).\($0)" }
    }

    @Test func torchvisionsNamesAreTheParametersInTheirOrder() throws {
        let names = WeightNames(ofNetwork: "alexnet-torchvision")
        let graph = try ModelZoo.network(named: "alexnet-torchvision").graph(batchSize: 1, purpose: .inference)
        #expect(Self.torchvision == graph.parameters.map(\.name))
        #expect(Self.earlier.map(names.parameter(ofTensor:)) == Self.torchvision)
    }

    @Test func ownNamesAndUnknownOnesStayAsTheyAre() {
        let names = WeightNames(ofNetwork: "alexnet-torchvision")
        for name in Self.torchvision + ["conv6.weight", "features.1.weight", "conv1", "step", ""] {
            #expect(names.parameter(ofTensor: name) == name)
        }
        #expect(WeightNames(ofNetwork: "alexnet").parameter(ofTensor: "conv1.weight") == "conv1.weight")
    }
}
