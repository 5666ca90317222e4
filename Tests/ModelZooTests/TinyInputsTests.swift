import ModelZoo
import Networks
import Tensors
import Testing

/// Images that are too small for a network: an error that names the layer where nothing is left of them, and never a trap.
@Suite struct TinyInputsTests {
    private static let extents = [(1, 1), (2, 2), (3, 5), (13, 11), (30, 2)]
    /// Whose windows have as much padding as they reach beyond a pixel, so that a pixel is left of any image; or which have none.
    private static let padded = ["resnet", "plain", "se-resnet", "resnext", "mobilenet", "shufflenet", "highway"]

    private func graph(_ network: Network, _ height: Int, _ width: Int) throws -> Graph {
        try Network(network.name, input: [network.inputShape[0], height, width]) { network.body }.graph(
            batchSize: 2, purpose: .training)
    }

    @Test(arguments: ModelZoo.names) func theLayerIsNamedWhereNothingIsLeft(name: String) throws {
        let network = try ModelZoo.network(named: name)
        let whole = try network.graph(batchSize: 2, purpose: .training)
        let layers = Set(whole.nodes.map(\.layer))
        var refused = 0
        for (height, width) in Self.extents {
            do {
                let graph = try graph(network, height, width)
                // What is left is something, in every tensor.
                #expect(graph.nodes.allSatisfy { node in node.outputs.allSatisfy { graph.type($0).shape.elementCount > 0 } })
            } catch let error as NetworkError {
                refused += 1
                #expect(layers.contains { error.description.contains($0) }, "\(name) on \(height) × \(width): \(error)")
            }
        }
        #expect((refused == 0) == Self.padded.contains(where: name.hasPrefix), "\(name) refuses \(refused)")
    }

    /// As somebody reads it.
    @Test(arguments: [
        ("vgg16", 16, "features.30"), ("alexnet", 11, "pool1"), ("lenet5", 8, "conv2"), ("googlenet", 8, "pool"),
    ]) func theMessageSaysWhere(name: String, extent: Int, layer: String) throws {
        let network = try ModelZoo.network(named: name)
        let error = #expect(throws: NetworkError.self) { try graph(network, extent, extent) }
        #expect(error.map { "\($0)" }?.contains(layer) == true, "\(String(describing: error))")
    }
}
