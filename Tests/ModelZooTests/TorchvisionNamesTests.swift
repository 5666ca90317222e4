import ModelZoo
import Networks
import Testing

/// Parameters are called as in `state_dict()` of torchvision's network, in its order, so that its files are read as they are.
@Suite struct TorchvisionNamesTests {
    private func names(_ network: String) throws -> [String] {
        try ModelZoo.network(named: network).graph(batchSize: 1, purpose: .inference).parameters.filter(\.isTrainable).map(\.name)
    }

    @Test(
        arguments: [
            ("vgg11", [0, 3, 6, 8, 11, 13, 16, 18]), ("vgg13", [0, 2, 5, 7, 10, 12, 15, 17, 20, 22]),
            ("vgg16", [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28]),
            ("vgg19", [0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34]),
        ])
    func vgg(name: String, convolutions: [Int]) throws {
        let layers = convolutions.map { "features.\($0)" } + [0, 3, 6].map { "classifier.\($0)" }
        #expect(try names(name) == layers.flatMap { ["\($0).weight", "\($0).bias"] })
    }

    private func normalization(_ name: String) -> [String] { ["\(name).weight", "\(name).bias"] }

    @Test(
        arguments: [
            ("resnet18", [2, 2, 2, 2], 2), ("resnet34", [3, 4, 6, 3], 2), ("resnet50", [3, 4, 6, 3], 3),
            ("resnet101", [3, 4, 23, 3], 3),
            ("resnet152", [3, 8, 36, 3], 3), ("resnext50-32x4d", [3, 4, 6, 3], 3),
        ])
    func resNet(name: String, blocks: [Int], convolutions: Int) throws {
        var wanted = ["conv1.weight"] + normalization("bn1")
        for (stage, count) in blocks.enumerated() {
            for index in 0..<count {
                let block = "layer\(stage + 1).\(index)"
                for number in 1...convolutions {
                    wanted += ["\(block).conv\(number).weight"] + normalization("\(block).bn\(number)")
                }
                if index == 0 && (stage > 0 || convolutions == 3) {
                    wanted += ["\(block).downsample.0.weight"] + normalization("\(block).downsample.1")
                }
            }
        }
        #expect(try names(name) == wanted + ["fc.weight", "fc.bias"])
    }

    @Test func statesAreNamedTooAndBelongToTheirLayers() throws {
        let parameters = try ModelZoo.network(named: "resnet18").graph(batchSize: 1, purpose: .inference).parameters
        let states = parameters.filter { $0.name.hasPrefix("layer1.0.bn1.") }.map(\.name)
        #expect(states == ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"].map { "layer1.0.bn1.\($0)" })
    }

    @Test(
        arguments: [
            ("densenet121", [6, 12, 24, 16]), ("densenet161", [6, 12, 36, 24]), ("densenet169", [6, 12, 32, 32]),
            ("densenet201", [6, 12, 48, 32]),
        ])
    func denseNet(name: String, blocks: [Int]) throws {
        var wanted = ["features.conv0.weight"] + normalization("features.norm0")
        for (block, count) in blocks.enumerated() {
            for number in 1...count {
                let layer = "features.denseblock\(block + 1).denselayer\(number)"
                for part in 1...2 { wanted += normalization("\(layer).norm\(part)") + ["\(layer).conv\(part).weight"] }
            }
            guard block + 1 < blocks.count else { continue }
            wanted += normalization("features.transition\(block + 1).norm") + ["features.transition\(block + 1).conv.weight"]
        }
        #expect(try names(name) == wanted + normalization("features.norm5") + ["classifier.weight", "classifier.bias"])
    }

    @Test func vggWithNormalization() throws {
        let wanted =
            [0, 1, 4, 5, 8, 9, 11, 12, 15, 16, 18, 19, 22, 23, 25, 26].map { "features.\($0)" }
            + [0, 3, 6].map { "classifier.\($0)" }
        #expect(try names("vgg11-bn") == wanted.flatMap { ["\($0).weight", "\($0).bias"] })
    }

    @Test func googLeNet() throws {
        let names = try names("googlenet-torchvision")
        func unit(_ name: String) -> [String] { ["\(name).conv.weight"] + normalization("\(name).bn") }
        #expect(Array(names.prefix(9)) == ["conv1", "conv2", "conv3"].flatMap(unit))
        let branches = ["branch1", "branch2.0", "branch2.1", "branch3.0", "branch3.1", "branch4.1"]
        let modules = ["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"]
        for module in modules { #expect(Set(branches.flatMap { unit("inception\(module).\($0)") }).isSubset(of: names)) }
        let head = unit("aux2.conv") + ["aux2.fc1.weight", "aux2.fc1.bias", "aux2.fc2.weight", "aux2.fc2.bias"]
        #expect(Set(head).isSubset(of: names))
        #expect(names.count == 9 + modules.count * 18 + 14 + 2)
    }

    @Test func inceptionV3() throws {
        let names = try names("inception-v3")
        for unit in [
            "Conv2d_1a_3x3", "Conv2d_4a_3x3", "Mixed_5b.branch5x5_2", "Mixed_5d.branch_pool", "Mixed_6a.branch3x3dbl_3",
            "Mixed_6b.branch7x7dbl_5", "Mixed_6e.branch7x7_3", "AuxLogits.conv1", "Mixed_7a.branch7x7x3_4",
            "Mixed_7b.branch3x3_2b",
            "Mixed_7c.branch3x3dbl_3a",
        ] {
            #expect(Set(["\(unit).conv.weight"] + normalization("\(unit).bn")).isSubset(of: names), "\(unit)")
        }
        // 94 convolutions, two of them the head's, and two dense layers.
        #expect(names.count == 96 * 3 + 4 && names.suffix(2) == ["fc.weight", "fc.bias"])
    }

    /// Numbers of the fire modules in `features`.
    @Test(arguments: [("squeezenet1-0", [3, 4, 5, 7, 8, 9, 10, 12]), ("squeezenet1-1", [3, 4, 6, 7, 9, 10, 11, 12])])
    func squeezeNet(name: String, modules: [Int]) throws {
        let fire = modules.flatMap { module in ["squeeze", "expand1x1", "expand3x3"].map { "features.\(module).\($0)" } }
        let layers = ["features.0"] + fire + ["classifier.1"]
        #expect(try names(name) == layers.flatMap { ["\($0).weight", "\($0).bias"] })
    }

    @Test func alexNet() throws {
        let layers = [0, 3, 6, 8, 10].map { "features.\($0)" } + [1, 4, 6].map { "classifier.\($0)" }
        #expect(try names("alexnet-torchvision") == layers.flatMap { ["\($0).weight", "\($0).bias"] })
    }
}
