import Networks

extension PlacedGraph {
    /// The layer that makes a tensor; of a parameter the layer that reads it.
    public func layer(of id: PlacedID) -> String {
        let value = graph.value(self[id].value)
        switch value.source {
        case .input: return value.name
        case .parameter: return graph.nodes.first { $0.inputs.contains(value.id) }?.layer ?? value.name
        case .node(let node): return graph.node(node).layer
        }
    }

    /// The layers whose tensors or parameters workers exchange in a step, in the order of the program.
    public var exchangingLayers: [String] {
        var found: [String] = []
        for instruction in instructions {
            let id: PlacedID
            switch instruction {
            case .collective(let kind, _, _, let output) where kind != .slice: id = output
            case .reduceGradient(let parameter, _, _): id = parameters[parameter]
            default: continue
            }
            let layer = layer(of: id)
            if !found.contains(layer) { found.append(layer) }
        }
        return found
    }
}
