extension Graph {
    /// The same with one operation where a normalisation, the addition of a shortcut and a ReLU follow each other and nobody else reads
    /// what is between them: one pass over memory instead of three, forward and backward. The numbers are the same.
    ///
    ///     batch normalization → addition → ReLU        batch normalization + shortcut + ReLU
    ///                        shortcut ↗
    ///
    /// For a forward graph: gradients are added behind it.
    public func fusingNormalizations() -> Graph {
        let fusions = NormalizationFusion.all(in: self)
        return fusions.isEmpty ? self : rewritten(by: fusions)
    }

    private func rewritten(by fusions: [NormalizationFusion]) -> Graph {
        let standing = Dictionary(fusions.map { ($0.place, $0) }) { first, _ in first }
        let absorbed = Set(fusions.flatMap { [$0.normalization] + $0.absorbed })
        var result = self
        result.values = []
        result.nodes = []
        var new: [ValueID: ValueID] = [:]
        func add(_ value: Value, as source: Value.Source) {
            let id = ValueID(result.values.count)
            result.values.append(Value(id: id, type: value.type, name: value.name, source: source))
            new[value.id] = id
        }
        func renamed(_ ids: [ValueID]) -> [ValueID] {
            ids.map { id in
                guard let id = new[id] else { preconditionFailure("\(value(id).name) is read before it is made") }
                return id
            }
        }
        for value in values {
            if case .node = value.source { continue }
            add(value, as: value.source)
        }
        for node in nodes {
            let fusion = standing[node.id]
            guard fusion != nil || !absorbed.contains(node.id) else { continue }
            let original = fusion.map { self.node($0.normalization) } ?? node
            let inputs = renamed(original.inputs + (fusion?.shortcut.map { [$0] } ?? []))
            let id = NodeID(result.nodes.count)
            // The last operation's output is the fused one's.
            let outputs = fusion == nil ? node.outputs : [node.outputs[0]] + original.outputs.dropFirst()
            for output in outputs { add(value(output), as: .node(id)) }
            result.nodes.append(
                Node(
                    id: id, operation: fusion?.operation ?? node.operation, inputs: inputs, outputs: renamed(outputs),
                    layer: original.layer, isGradient: false, origin: nil))
        }
        result.inputs = renamed(inputs)
        result.parameterValues = renamed(parameterValues)
        result.outputs = outputs.map { GraphOutput(name: $0.name, value: renamed([$0.value])[0], role: $0.role) }
        result.stateUpdates = stateUpdates.map {
            StateUpdate(parameter: $0.parameter, contribution: renamed([$0.contribution])[0], rule: $0.rule)
        }
        return result
    }
}

/// A normalisation with what follows it.
private struct NormalizationFusion {
    let normalization: NodeID
    /// What is part of it.
    private(set) var absorbed: [NodeID] = []
    private(set) var shortcut: ValueID?
    private var tail = NormalizationTail()
    let operation: any Operation

    /// Where it stands: all that it reads is there.
    var place: NodeID { absorbed.last ?? normalization }

    static func all(in graph: Graph) -> [NormalizationFusion] {
        var readers: [ValueID: [NodeID]] = [:]
        for node in graph.nodes { for input in node.inputs { readers[input, default: []].append(node.id) } }
        let kept = Set(graph.outputs.map(\.value) + graph.stateUpdates.map(\.contribution))
        var taken: Set<NodeID> = []
        // From the last: of two normalisations whose outputs are added, the shortcut's comes first.
        return graph.nodes.reversed().compactMap { node -> NormalizationFusion? in
            guard
                let fusion = NormalizationFusion(
                    node, in: graph, taken,
                    only: { value in
                        kept.contains(value) || readers[value]?.count != 1 ? nil : readers[value]?.first
                    })
            else { return nil }
            taken.formUnion(fusion.absorbed)
            return fusion
        }
    }

    /// Nil where the node is no normalisation, or nothing that can be part of it follows.
    ///
    /// - Parameter reader: who alone reads a value.
    private init?(_ node: Node, in graph: Graph, _ taken: Set<NodeID>, only reader: (ValueID) -> NodeID?) {
        normalization = node.id
        var last = node.outputs[0]
        if let next = reader(last).map(graph.node), next.operation is Addition, next.inputs.count == 2, !taken.contains(next.id),
            let other = next.inputs.first(where: { $0 != last })
        {
            (shortcut, tail.addsShortcut) = (other, true)
            absorbed.append(next.id)
            last = next.outputs[0]
        }
        if let next = reader(last).map(graph.node), (next.operation as? Activation)?.function == .relu {
            tail.rectifies = true
            absorbed.append(next.id)
        }
        guard !absorbed.isEmpty else { return nil }
        switch node.operation {
        case let plain as BatchNormalization where plain.tail == NormalizationTail():
            operation = BatchNormalization(batchSize: plain.batchSize, epsilon: plain.epsilon, tail: tail)
        case let plain as Normalization where plain.tail == NormalizationTail():
            operation = Normalization(epsilon: plain.epsilon, tail: tail, valuesPerChannel: plain.valuesPerChannel)
        default: return nil
        }
    }
}
