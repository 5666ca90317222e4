public import Networks
import Tensors

/// Gives every tensor of a graph a place on a mesh, and puts an exchange wherever two places disagree.
///
/// Goes through the graph once, in order. For each node and mesh axis a rule is chosen: for a gradient's operation the
/// sharding of the layer it belongs to, for a layer with parameters the strategy's first choice, for anything else what
/// needs the least exchange. Inputs that live elsewhere are converted; a conversion is done once and kept.
public struct Partitioner {
    let strategy: any Strategy
    var placed: PlacedGraph
    var placesOfValue: [ValueID: [PlacedID]] = [:]
    var shardingsOfNode: [NodeID: [PlacementRule.Sharding]] = [:]
    var followsDense: Set<NodeID> = []
    /// Where the parameters live, where that is known already.
    let homes: [[Placement]]?

    /// Places a training graph: the forward pass, the gradient, the exchange of gradients and the updates.
    ///
    /// - Parameter micro-batches: into how many micro-batches the batch is cut; by default as many as there are workers that divide it.
    ///
    /// Throws when the mesh does not fit: fewer examples than micro-batches, fewer micro-batches than workers that need one, channels that
    /// do not divide.
    public static func place(
        _ training: TrainingGraph, strategy: any Strategy, devices: Int, lanes: Int = 1, microBatches: Int? = nil
    ) throws(ParallelismError) -> PlacedGraph {
        var partitioner = try Partitioner(graph: training.graph, strategy: strategy, devices: devices, lanes: lanes, homes: nil)
        try partitioner.placeNodes()
        try partitioner.placeParameters(training.updates)
        partitioner.placed.slots = training.slots
        partitioner.placed.clipping = training.clipping
        try partitioner.placeUpdates(training.updates)
        try partitioner.schedule(microBatches)
        return partitioner.placed
    }

    /// Places a graph without gradient.
    ///
    /// - Parameter training: the same network, placed for training: the parameters live where they live there.
    public static func place(
        _ graph: Graph, strategy: any Strategy, devices: Int, lanes: Int = 1, microBatches: Int? = nil,
        parametersOf training: PlacedGraph? = nil
    ) throws(ParallelismError) -> PlacedGraph {
        let homes = training.map { training in training.parameters.map { training[$0].placements } }
        var partitioner = try Partitioner(graph: graph, strategy: strategy, devices: devices, lanes: lanes, homes: homes)
        try partitioner.placeNodes()
        try partitioner.placeParameters([])
        partitioner.placed.microStepInstructionCount = partitioner.placed.instructions.count
        try partitioner.schedule(microBatches)
        return partitioner.placed
    }

    private init(
        graph: Graph, strategy: any Strategy, devices: Int, lanes: Int, homes: [[Placement]]?
    ) throws(ParallelismError) {
        self.strategy = strategy
        self.homes = homes
        let mesh = try strategy.mesh(devices: devices, lanes: lanes)
        placed = PlacedGraph(graph: graph, mesh: mesh, strategyName: strategy.name)
        findNodesBehindDense()
        let dividesBatch = graph.nodes.contains {
            strategy.shardings(of: $0, followsDense: followsDense.contains($0.id)).contains(.batch)
        }
        placed.batchAxes = mesh.extents.indices.filter { mesh.extents[$0] > 1 && ($0 == 0 || dividesBatch) }
    }

    var graph: Graph { placed.graph }

    /// Dense layers' products and what depends on them, but for those of which images are made again: a dense layer in a gate divides as
    /// the convolutions around it do.
    private mutating func findNodesBehindDense() {
        var beforeImages = Set<ValueID>()
        for node in graph.nodes.reversed() where !node.isGradient {
            guard node.outputs.contains(where: { graph.type($0).shape.rank > 2 || beforeImages.contains($0) }) else { continue }
            beforeImages.formUnion(node.inputs)
        }
        var behind = Set<ValueID>()
        for node in graph.nodes where !node.isGradient {
            guard node.operation is InnerProduct || node.inputs.contains(where: behind.contains),
                !node.outputs.contains(where: { graph.type($0).shape.rank > 2 || beforeImages.contains($0) })
            else { continue }
            behind.formUnion(node.outputs)
            followsDense.insert(node.id)
        }
    }

    private mutating func placeNodes() throws(ParallelismError) {
        for node in graph.nodes { try place(node) }
        for output in graph.outputs { placed.outputs.append(try wholePlace(of: output.value)) }
        try checkThatEnoughIsDivided()
    }

    /// Where the parameters live: where they are first read; a state that no operation reads, where what updates it comes to be.
    private mutating func placeParameters(_ updates: [ParameterUpdate]) throws(ParallelismError) {
        placed.parameters = graph.parameterValues.enumerated().map { index, value in
            if let place = placesOfValue[value]?.first { return place }
            let contribution = updates.first { $0.parameter == index }.flatMap { placesOfValue[$0.contribution]?.first }
            let made = contribution.map { placed[$0].placements.map { $0 == .partial ? .replicated : $0 } }
            return newPlace(of: value, placements: homes?[index] ?? made ?? placed.mesh.extents.map { _ in .replicated })
        }
    }

    /// Where an output lies with all that it has of an example: the host reads it there.
    private mutating func wholePlace(of value: ValueID) throws(ParallelismError) -> PlacedID {
        guard let places = placesOfValue[value], let first = places.first else {
            throw .cannotConvert(value: graph.value(value).name, from: "nowhere", to: "a device")
        }
        func isWhole(_ placement: Placement) -> Bool { placement == .replicated || placement == .split(0) }
        if let whole = places.first(where: { placed[$0].placements.allSatisfy(isWhole) }) { return whole }
        return try convert(first, to: placed[first].placements.map { isWhole($0) ? $0 : .replicated })
    }

    private mutating func place(_ node: Node) throws(ParallelismError) {
        let rules = chooseRules(for: node)
        shardingsOfNode[node.id] = rules.map(\.sharding)
        var inputs = [PlacedID]()
        for (index, value) in node.inputs.enumerated() {
            inputs.append(try obtain(value, placements: rules.map { $0.inputs[index] }))
        }
        let outputs = node.outputs.enumerated().map { index, value in
            newPlace(of: value, placements: rules.map { $0.outputs[index] })
        }
        if node.operation is SumOverBatch {
            let axes = placed.mesh.extents.indices.filter { placed.mesh.extents[$0] > 1 && rules[$0].inputs[0] == .partial }
            placed.instructions.append(.sumOverBatch(node: node.id, axes: axes, input: inputs[0], output: outputs[0]))
            return
        }
        placed.instructions.append(
            .compute(node: node.id, shardings: rules.map(\.sharding), inputs: inputs, outputs: outputs))
    }
}
