import Checkpoints
import Configuration
import Foundation
import ModelZoo
import Networks
import Tensors
import Testing
import Training

/// A file whose layers have other names than the network's: what goes where, and what is said of it.
@Suite struct MappedWeightsTests {
    /// VGG's form with few channels: convolutions in each stage, numbered as torchvision numbers them.
    private func form(_ name: String, _ stages: [Int], classes: Int = 3) -> Network {
        Network(name, input: [3, 16, 16]) {
            Numbered("features") {
                for (filters, count) in zip([2, 4, 8], stages) {
                    for _ in 0..<count {
                        Conv2D(filters, kernel: 3, padding: 1)
                        ReLU()
                    }
                    MaxPool2D(2)
                }
            }
            Numbered("classifier") {
                Dense(6)
                ReLU()
                Dense(classes)
            }
        }
    }

    private func parameters(_ network: Network) throws -> [Parameter] {
        try network.graph(batchSize: 1, purpose: .training).parameters
    }

    /// A file of the weights of `network`, each tensor filled with its place among them.
    private func write(_ network: Network, to folder: RunFixture) throws -> String {
        let path = folder.path + "/\(network.name).safetensors"
        try SafeTensorsFile.write(
            parameters(network).enumerated().map { place, parameter in
                (
                    parameter.name,
                    HostTensor(parameter.shape, [Float](repeating: Float(place), count: parameter.shape.elementCount))
                )
            }, to: path)
        return path
    }

    private func mappings(_ text: String) -> [LayerMapping] { text.split(separator: ",").compactMap { LayerMapping(String($0)) } }

    /// Net A's first convolutions of each stage and its dense layers begin net D, as in the paper; the rest follows from the seed.
    @Test func aDeeperNetworkBeginsWithAShallowOnes() async throws {
        let folder = try RunFixture()
        let (a, d) = (form("a", [1, 1, 2]), form("d", [2, 2, 3]))
        let path = try write(a, to: folder)
        let own = try parameters(d)
        let weights = try InitialWeights(
            path: path, for: own, of: "d", purpose: .partialTraining,
            mappings: mappings("features.3=features.5,features.6=features.10,features.8=features.12"))
        let values = await weights.values(of: own, seed: 4)
        let names = try parameters(a).map(\.name)
        func filled(_ name: String) throws -> Float? {
            let tensor = values[try #require(own.firstIndex { $0.name == name })]
            return Set(tensor.values).count == 1 ? tensor.values[0] : nil
        }
        for (target, source) in [
            ("features.0", "features.0"), ("features.5", "features.3"), ("features.10", "features.6"),
            ("features.12", "features.8"), ("classifier.0", "classifier.0"), ("classifier.2", "classifier.2"),
        ] {
            for kind in ["weight", "bias"] {
                #expect(try filled("\(target).\(kind)") == names.firstIndex(of: "\(source).\(kind)").map { Float($0) })
            }
        }
        #expect(try filled("features.2.weight") == nil && filled("features.14.weight") == nil)
        let report = weights.report
        #expect(report.taken.count == 12 && report.misshaped.isEmpty && report.unused.isEmpty)
        #expect(report.taken[2] == "features.5.weight (features.3.weight there)")
        let text = try #require(report.sentence)
        #expect(
            text.contains("gives 12 of 18 parameters: features.0.weight, features.0.bias, features.5.weight (features.3.weight"))
        #expect(text.contains("begun from the seed, as the file lacks them: 6 (features.2.weight 2 × 2 × 3 × 3"), "\(text)")
    }

    /// By name alone layers of other stages would come together: one that has another's weights takes none of its own name's.
    @Test func aLayerThatIsGivenWeightsTakesNoOthers() throws {
        let folder = try RunFixture()
        let (d, e) = (form("d", [1, 1, 3]), form("e", [1, 1, 4]))
        let path = try write(d, to: folder)
        let weights = try InitialWeights(
            path: path, for: parameters(e), of: "e", purpose: .partialTraining,
            mappings: mappings("features.8=features.12,features.10="))
        #expect(weights.report.taken.contains("features.12.weight (features.8.weight there)"))
        #expect(!weights.report.taken.contains("features.8.weight"))
        #expect(weights.report.unused.contains { $0.hasPrefix("features.10.weight") })
        let displaced = try InitialWeights(
            path: path, for: parameters(d), of: "d", purpose: .partialTraining, mappings: mappings("features.8=features.10"))
        #expect(displaced.report.unused.contains { $0.hasPrefix("features.10.weight") })
        #expect(displaced.report.missing.contains { $0.hasPrefix("features.8.weight") })
    }

    /// A scope stands for all in it, and with it a file fits whole.
    @Test func aScopeIsRenamed() async throws {
        let folder = try RunFixture()
        let network = form("a", [1, 1, 1])
        let all = try parameters(network)
        let path = folder.path + "/weights.safetensors"
        try SafeTensorsFile.write(
            all.map { ($0.name.replacing("features.", with: "backbone.body."), HostTensor(zeros: $0.shape)) }, to: path)
        let weights = try InitialWeights(
            path: path, for: all, of: "a", purpose: .training, mappings: mappings("backbone.body=features"))
        #expect(weights.report.taken.count == all.count)
        #expect(throws: TrainingError.self) { try InitialWeights(path: path, for: all, of: "a", purpose: .training) }
    }

    private func message(
        _ text: String, _ purpose: InitialWeights.Purpose = .partialTraining, from stages: [Int] = [1, 1, 2]
    ) throws -> String {
        let folder = try RunFixture()
        let path = try write(form("a", stages), to: folder)
        do {
            _ = try InitialWeights(
                path: path, for: parameters(form("d", [2, 2, 3])), of: "d", purpose: purpose, mappings: mappings(text))
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func aMappingThatTakesNothingIsRefused() throws {
        let absent = try message("features.4=features.5")
        #expect(absent.contains("init-map features.4=features.5") && absent.contains("has no layer features.4"), "\(absent)")
        #expect(absent.contains("it has features.0, features.3, features.6, features.8, classifier.0 and 1 more"), "\(absent)")
        let misshaped = try message("features.3=features.7")
        #expect(
            misshaped.contains("features.3.weight of")
                && misshaped.contains("is 4 × 2 × 3 × 3, and features.7.weight of d is 4 × 4 × 3 × 3"),
            "\(misshaped)")
        #expect(try message("features.3=features.6").contains("and d has no features.6.weight"))
        #expect(
            try message("features.3=features.5,features.6=features.5").contains(
                "gives both features.3.weight and features.6.weight"))
        // Left out or not, a network of other layers does not fit whole.
        #expect(try message("features.3=features.5", .training).contains("do not fit d: missing: features.2.weight"))
    }

    /// Names that are the same by chance and hold no weights make no fit.
    @Test func aFileOfWhichNoWeightFitsIsRefused() throws {
        let folder = try RunFixture()
        let path = folder.path + "/weights.safetensors"
        try SafeTensorsFile.write(
            [("features.1.num_batches_tracked", HostTensor(zeros: [1])), ("x.weight", HostTensor(zeros: [2]))], to: path)
        let network = Network("n", input: [3, 8, 8]) {
            Numbered("features") {
                Conv2D(2, kernel: 3)
                BatchNorm()
            }
            Dense(2, name: "fc")
        }
        let error = #expect(throws: TrainingError.self) {
            try InitialWeights(path: path, for: parameters(network), of: "n", purpose: .partialTraining)
        }
        #expect(error.map { "\($0)" }?.contains("missing: features.0.weight") == true)
    }

    /// The paper's own networks: their layers are where `Configs/vgg16-from-vgg11.yaml` and the documents say.
    @Test func theMapOfVGGIsOfLayersOfOneShape() throws {
        func shapes(_ name: String) throws -> [String: Shape] {
            Dictionary(uniqueKeysWithValues: try parameters(ModelZoo.network(named: name)).map { ($0.name, $0.shape) })
        }
        let (a, d, e) = (try shapes("vgg11"), try shapes("vgg16"), try shapes("vgg19"))
        for (source, targets) in [("0", ("0", "0")), ("3", ("5", "5")), ("6", ("10", "10")), ("8", ("12", "12"))] {
            #expect(a["features.\(source).weight"] == d["features.\(targets.0).weight"])
            #expect(a["features.\(source).weight"] == e["features.\(targets.1).weight"])
        }
        for layer in ["0", "3", "6"] { #expect(a["classifier.\(layer).weight"] == e["classifier.\(layer).weight"]) }
    }
}
