import Networks
import Tensors

extension Partitioner {
    /// Refuses a division by channels that leaves nearly all the work to every device.
    mutating func checkThatEnoughIsDivided() throws(ParallelismError) {
        let deviceAxes = placed.mesh.extents.indices.dropFirst()
        guard !deviceAxes.isEmpty else { return }
        var all = 0
        var divided = 0
        for node in graph.nodes where !node.isGradient {
            guard node.inputs.contains(where: { if case .parameter = graph.value($0).source { true } else { false } }),
                let shardings = shardingsOfNode[node.id]
            else { continue }
            let work = node.operation.cost(inputs: graph.types(node.inputs), outputs: graph.types(node.outputs))
            all += work.floatingPointOperations
            if deviceAxes.contains(where: { shardings[$0] != .nothing }) { divided += work.floatingPointOperations }
            if deviceAxes.contains(where: { shardings[$0] == .nothing }) {
                placed.undividedLayers.append("\(node.layer) (\(graph.type(node.outputs[0]).shape[1]) channels)")
            }
        }
        guard all == 0 || divided * 10 >= all else {
            throw .channelsDoNotDivide(
                devices: placed.mesh.deviceCount, layers: placed.undividedLayers, dividedShare: Double(divided) / Double(all))
        }
    }
}
