import ModelZoo
import Networks
import Tensors
import Testing

/// The output shapes that the papers print, layer by layer.
@Suite struct PublishedShapesTests {
    private func shapes(_ name: String) throws -> [String: [Int]] {
        let graph = try ModelZoo.network(named: name).graph(batchSize: 1, purpose: .training)
        return Dictionary(
            graph.nodes.map { ($0.layer, Array(graph.type($0.outputs[0]).shape.dimensions.dropFirst())) },
            uniquingKeysWith: { first, _ in first })
    }

    @Test func alexNet() throws {
        let shapes = try shapes("alexnet")
        #expect(shapes["conv1"] == [96, 55, 55])
        #expect(shapes["pool1"] == [96, 27, 27])
        #expect(shapes["conv2"] == [256, 27, 27])
        #expect(shapes["pool2"] == [256, 13, 13])
        #expect(shapes["conv3"] == [384, 13, 13])
        #expect(shapes["conv4"] == [384, 13, 13])
        #expect(shapes["conv5"] == [256, 13, 13])
        #expect(shapes["pool3"] == [256, 6, 6])
        #expect(shapes["fc6"] == [4096])
        #expect(shapes["fc8"] == [1000])
    }

    @Test func alexNetSmall() throws {
        let shapes = try shapes("alexnet-small")
        #expect(shapes["conv1"] == [32, 31, 31])
        #expect(shapes["conv2"] == [64, 15, 15])
        #expect(shapes["conv3"] == [96, 7, 7])
        #expect(shapes["pool3"] == [64, 3, 3])
        #expect(shapes["fc6"] == [256])
    }

    @Test func alexNetSimplified() throws {
        let shapes = try shapes("alexnet-simplified")
        #expect(shapes["conv1"] == [96, 32, 32])
        #expect(shapes["conv2"] == [256, 16, 16])
        #expect(shapes["conv5"] == [256, 8, 8])
        #expect(shapes["flatten1"] == [4096])
    }

    @Test func alexNetTorchvision() throws {
        let shapes = try shapes("alexnet-torchvision")
        #expect(shapes["features.0"] == [64, 55, 55])
        #expect(shapes["features.3"] == [192, 27, 27])
        #expect(shapes["features.6"] == [384, 13, 13])
        #expect(shapes["features.10"] == [256, 13, 13])
        #expect(shapes["pool3"] == [256, 6, 6])
        #expect(shapes["classifier.1"] == [4096])
        #expect(shapes["classifier.6"] == [1000])
    }

    /// Table 1 of Simonyan and Zisserman.
    @Test(arguments: ["vgg11", "vgg13", "vgg16", "vgg19"]) func vgg(name: String) throws {
        let shapes = try shapes(name)
        let pooled = try ModelZoo.network(named: name).graph(batchSize: 1, purpose: .training).nodes.filter {
            $0.operation is MaxPooling
        }
        #expect(
            pooled.map { shapes[$0.layer] } == [[64, 112, 112], [128, 56, 56], [256, 28, 28], [512, 14, 14], [512, 7, 7]])
        #expect(shapes["classifier.0"] == [4096] && shapes["classifier.6"] == [1000])
    }

    /// Table 1 of Szegedy et al. 2015.
    @Test func googLeNet() throws {
        let shapes = try shapes("googlenet")
        #expect(shapes["conv1"] == [64, 112, 112])
        #expect(shapes["pool1"] == [64, 56, 56])
        #expect(shapes["conv3"] == [192, 56, 56])
        #expect(shapes["pool2"] == [192, 28, 28])
        let modules = [
            ("3a", 256, 28), ("3b", 480, 28), ("4a", 512, 14), ("4b", 512, 14), ("4c", 512, 14), ("4d", 528, 14), ("4e", 832, 14),
            ("5a", 832, 7), ("5b", 1024, 7),
        ]
        for (name, channels, side) in modules { #expect(shapes["inception\(name).concat1"] == [channels, side, side]) }
        #expect(shapes["aux1.pool1"] == [512, 4, 4] && shapes["aux2.pool1"] == [528, 4, 4])
        #expect(shapes["aux1.fc1"] == [1024] && shapes["fc"] == [1000])
    }

    @Test func networkInNetwork() throws {
        let photos = try shapes("nin")
        #expect(photos["cccp2"] == [96, 54, 54] && photos["cccp4"] == [256, 27, 27] && photos["cccp6"] == [384, 13, 13])
        #expect(photos["cccp8"] == [1000, 6, 6])
        let small = try shapes("nin-cifar")
        #expect(small["cccp2"] == [96, 32, 32] && small["cccp4"] == [192, 16, 16] && small["cccp6"] == [10, 8, 8])
    }

    @Test func leNet5() throws {
        let shapes = try shapes("lenet5")
        #expect(shapes["conv1"] == [6, 28, 28])
        #expect(shapes["conv2"] == [16, 10, 10])
        #expect(shapes["flatten1"] == [400])
    }

    @Test func leNet5Of1998() throws {
        let shapes = try shapes("lenet5-1998")
        #expect(shapes["c1"] == [6, 28, 28])
        #expect(shapes["s2"] == [6, 14, 14])
        #expect(shapes["concat1"] == [16, 10, 10])
        #expect(shapes["s4"] == [16, 5, 5])
        #expect(shapes["c5"] == [120, 1, 1])
        #expect(shapes["f6"] == [84])
        #expect(shapes["output"] == [10])
    }

    /// Table 1 of Iandola et al., at the 224 pixels of torchvision; version 1.1 pools earlier.
    @Test func squeezeNet() throws {
        let published = try shapes("squeezenet1-0")
        let later = try shapes("squeezenet1-1")
        #expect(published["features.0"] == [96, 109, 109] && later["features.0"] == [64, 111, 111])
        #expect(published["features.3.squeeze"] == [16, 54, 54] && later["features.3.squeeze"] == [16, 55, 55])
        #expect(published["features.5.expand3x3"] == [128, 54, 54] && later["features.6.expand3x3"] == [128, 27, 27])
        #expect(published["features.12.expand1x1"] == [256, 13, 13] && later["features.12.expand1x1"] == [256, 13, 13])
        #expect(published["classifier.1"] == [1000, 13, 13] && later["classifier.1"] == [1000, 13, 13])
    }
}
