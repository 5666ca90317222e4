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
        #expect(shapes["conv1"] == [64, 55, 55])
        #expect(shapes["conv2"] == [192, 27, 27])
        #expect(shapes["conv3"] == [384, 13, 13])
        #expect(shapes["conv5"] == [256, 13, 13])
        #expect(shapes["pool3"] == [256, 6, 6])
        #expect(shapes["fc6"] == [4096])
        #expect(shapes["fc8"] == [1000])
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
}
