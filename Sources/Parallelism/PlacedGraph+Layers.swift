import Networks

extension PlacedGraph {
    /// The layer that makes a tensor; of a parameter the layer that reads it.
    public func layer(of id: PlacedID) -> String {
        let value = graph.value(self[id].value)
        switch value.source {
        case .images, .labels: return value.name
        case .parameter: return graph.nodes.first { $0.inputs.contains(value.id) }?.layer ?? value.name
        case .node(let node):
            let node = graph.node(node)
            // A sum of several consumers' gradients belongs to no layer; it goes with the first.
            guard node.layer.isEmpty, let first = node.inputs.first else { return node.layer }
            guard case .node(let consumer) = graph.value(first).source else { return value.name }
            return graph.node(consumer).layer
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
