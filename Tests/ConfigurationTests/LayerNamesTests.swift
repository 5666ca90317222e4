import Configuration
import Testing

/// How somebody names layers: which keep their values, and which of a file's are which of the network's.
@Suite struct LayerNamesTests {
    @Test(arguments: [
        ("conv1", "conv1", true), ("conv1", "conv10", false), ("features", "features.3", true),
        ("features.1", "features.10", false),
        ("features.1", "features.1", true), ("layer1", "layer1.0.conv1", true), ("features.*", "features.3", true),
        ("*", "conv1", true), ("*.bn1", "layer1.0.bn1", true), ("layer*.bn1", "layer1.0.conv1", false), ("c*1", "conv1", true),
        ("c*1", "conv12", false), ("c*n*1", "con21n1", true), ("**", "a", true), ("conv", "conv1", false),
        ("conv1*", "conv1", true),
        ("layer1.*.conv2", "layer1.0.conv2.extra", true),
    ])
    func aPatternIsOfSomeLayers(pattern: String, layer: String, isOne: Bool) {
        #expect(LayerPattern(pattern).matches(layer) == isOne)
    }

    /// A pattern that a program could take for ever over.
    @Test func aPatternOfManyStarsEnds() {
        let pattern = LayerPattern(String(repeating: "*a", count: 200) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 5000)))
    }

    @Test func aMappingIsOfALayerAndAllBelowIt() throws {
        let mapping = try #require(LayerMapping("features.3=features.5"))
        #expect(mapping.renamed("features.3.weight") == "features.5.weight")
        #expect(mapping.renamed("features.3") == "features.5")
        #expect(mapping.renamed("features.31.weight") == nil && mapping.renamed("classifier.0.bias") == nil)
        #expect(try #require(LayerMapping("fc=")).renamed("fc.weight") == "")
        #expect(try #require(LayerMapping("features=a.b")).renamed("features.0.bias") == "a.b.0.bias")
        #expect(LayerMapping(" a = b ")?.description == "a=b" && LayerMapping("fc=")?.description == "fc=")
        for text in ["", "a", "=b", "a=b=c"] { #expect(LayerMapping(text) == nil, "\(text)") }
    }

    @Test func mappingsSurviveYAML() throws {
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: [
            ("init-from", "/x"), ("init-map", "features.3=features.5,fc="), ("freeze", "features.*"), ("scale-jitter", "40, 48"),
        ])
        var read = TrainingConfiguration()
        try ConfigurationFile(path: "printed", text: configuration.yaml).apply(to: &read)
        #expect(read == configuration && read.initMap.count == 2 && read.scaleJitter == 40...48)
        for text in ["a=b,a=c", "a", "", ","] {
            #expect(throws: ConfigurationError.self, "\(text)") { try configuration.apply(flags: [("init-map", text)]) }
        }
        for text in ["48,40", "40", "40,48,50", "0,5", "a,b"] {
            #expect(throws: ConfigurationError.self, "\(text)") { try configuration.apply(flags: [("scale-jitter", text)]) }
        }
    }
}
