public import Networks
import Tensors

/// Gives every tensor of a graph a place on a mesh, and puts an exchange wherever two places disagree.
///
/// Goes through the graph once, in order. For each node and mesh axis a rule is chosen: for a gradient's operation the
/// division of the layer it belongs to, for a layer with parameters the strategy's first choice, for anything else what
/// needs the least exchange. Inputs that live elsewhere are converted; a conversion is done once and kept.
public struct Partitioner {
    private let strategy: any Strategy
    private var placed: PlacedGraph
    private var placesOfValue: [ValueID: [PlacedID]] = [:]
    private var divisionsOfNode: [NodeID: [PlacementRule.Division]] = [:]
    private var followsDense: Set<NodeID> = []

    /// Places a training graph: the forward pass, the gradient, the exchange of gradients and the updates.
    ///
    /// Throws when the mesh does not fit: fewer examples than workers that need one, channels that do not divide.
    public static func place(
        _ training: TrainingGraph, strategy: any Strategy, devices: Int, lanes: Int = 1
    ) throws(ParallelismError) -> PlacedGraph {
        var partitioner = try Partitioner(graph: training.graph, strategy: strategy, devices: devices, lanes: lanes)
        try partitioner.placeNodes()
        try partitioner.placeUpdates(training.gradients)
        return partitioner.placed
    }

    /// Places a graph without gradient.
    public static func place(
        _ graph: Graph, strategy: any Strategy, devices: Int, lanes: Int = 1
    ) throws(ParallelismError) -> PlacedGraph {
        var partitioner = try Partitioner(graph: graph, strategy: strategy, devices: devices, lanes: lanes)
        try partitioner.placeNodes()
        return partitioner.placed
    }

    private init(graph: Graph, strategy: any Strategy, devices: Int, lanes: Int) throws(ParallelismError) {
        self.strategy = strategy
        let mesh = try strategy.mesh(devices: devices, lanes: lanes)
        placed = PlacedGraph(graph: graph, mesh: mesh, strategyName: strategy.name)
        findNodesBehindDense()
        let dividesBatch = graph.nodes.contains {
            strategy.divisions(of: $0, followsDense: followsDense.contains($0.id)).contains(.batch)
        }
        placed.batchAxes = mesh.extents.indices.filter { mesh.extents[$0] > 1 && ($0 == 0 || dividesBatch) }
        let shards = placed.batchAxes.reduce(1) { $0 * mesh.extents[$1] }
        guard graph.batchSize >= shards else {
            throw .batchTooSmall(batch: graph.batchSize, devices: devices, lanes: lanes)
        }
    }

    private var graph: Graph { placed.graph }

    private mutating func findNodesBehindDense() {
        var behind = Set<ValueID>()
        for node in graph.nodes where node.origin == nil {
            guard node.operation is InnerProduct || node.inputs.contains(where: behind.contains) else { continue }
            behind.formUnion(node.outputs)
            followsDense.insert(node.id)
        }
    }

    // MARK: Nodes

    private mutating func placeNodes() throws(ParallelismError) {
        for node in graph.nodes { try place(node) }
        placed.losses = try onlyPlace(of: graph.losses)
        placed.ranks = try onlyPlace(of: graph.ranks)
        placed.scores = try onlyPlace(of: graph.scores)
        placed.parameters = try graph.parameterValues.map { value throws(ParallelismError) in
            guard let place = placesOfValue[value]?.first else {
                return newPlace(of: value, name: graph.value(value).name, placements: everywhere(.replicated), isBatched: false)
            }
            return place
        }
        try checkThatEnoughIsDivided()
    }

    private func onlyPlace(of value: ValueID) throws(ParallelismError) -> PlacedID {
        guard let place = placesOfValue[value]?.first else {
            throw .cannotConvert(value: graph.value(value).name, from: "nowhere", to: "a device")
        }
        return place
    }

    private func everywhere(_ placement: Placement) -> [Placement] {
        placed.mesh.extents.map { _ in placement }
    }

    private mutating func place(_ node: Node) throws(ParallelismError) {
        let rules = chooseRules(for: node)
        divisionsOfNode[node.id] = rules.map(\.division)
        var inputs = [PlacedID]()
        for (index, value) in node.inputs.enumerated() {
            inputs.append(try obtain(value, placements: rules.map { $0.inputs[index] }))
        }
        let outputs = node.outputs.enumerated().map { index, value in
            newPlace(
                of: value, name: graph.value(value).name, placements: rules.map { $0.outputs[index] },
                isBatched: isBatched(output: index, of: node))
        }
        placed.instructions.append(
            .compute(node: node.id, divisions: rules.map(\.division), inputs: inputs, outputs: outputs))
    }

    /// An output's axis 0 counts examples if it is divided when the batch is.
    private func isBatched(output index: Int, of node: Node) -> Bool {
        let rules = node.operation.placementRules(
            inputs: graph.types(node.inputs), outputs: graph.types(node.outputs), parts: 1)
        return rules.first { $0.division == .batch }?.outputs[index] == .split(0)
    }

    /// One rule per mesh axis. Along each axis the operation is asked what it allows after it was divided along the axes before.
    private func chooseRules(for node: Node) -> [PlacementRule] {
        var inputs = graph.types(node.inputs)
        var outputs = graph.types(node.outputs)
        var operation = node.operation
        var divisions: [(division: PlacementRule.Division, parts: Int)] = []
        var rules = [PlacementRule]()
        for (axis, parts) in placed.mesh.extents.enumerated() {
            let allowed = operation.placementRules(inputs: inputs, outputs: outputs, parts: parts).filter {
                $0.division == .batch
                    || Self.dividesEvenly($0.inputs, inputs, parts) && Self.dividesEvenly($0.outputs, outputs, parts)
            }.filter { canBeSummands($0.inputs, of: node, axis: axis) }
            let rule = chooseRule(for: node, axis: axis, of: allowed)
            rules.append(rule)
            guard parts > 1, rule.division != .batch else { continue }
            divisions.append((rule.division, parts))
            inputs = zip(inputs, rule.inputs).map { Self.divided($0, $1, parts) }
            outputs = zip(outputs, rule.outputs).map { Self.divided($0, $1, parts) }
            operation = node.operation.localized(
                to: LocalBlock(
                    divisions: divisions, outputShapes: outputs.map(\.shape),
                    outputRanges: outputs.map { $0.shape.dimensions.map { 0..<$0 } }))
        }
        return rules
    }

    /// Channels are divided evenly or not at all: devices of unequal channels would wait for each other in every layer.
    private static func dividesEvenly(_ placements: [Placement], _ types: [TensorType], _ parts: Int) -> Bool {
        zip(placements, types).allSatisfy { placement, type in
            guard case .split(let dimension) = placement else { return true }
            return type.shape[dimension] % parts == 0
        }
    }

    /// Summands come out of an operation; nothing that is whole is taken apart into them.
    private func canBeSummands(_ placements: [Placement], of node: Node, axis: Int) -> Bool {
        guard placed.mesh.extents[axis] > 1 else { return true }
        return zip(placements, node.inputs).allSatisfy { placement, value in
            placement != .partial || placesOfValue[value]?.contains { placed[$0].placements[axis] == .partial } == true
        }
    }

    private static func divided(_ type: TensorType, _ placement: Placement, _ parts: Int) -> TensorType {
        guard case .split(let dimension) = placement else { return type }
        return TensorType(type.shape.replacing(axis: dimension, with: type.shape[dimension] / parts), type.element)
    }

    private func chooseRule(for node: Node, axis: Int, of allowed: [PlacementRule]) -> PlacementRule {
        guard let nothing = allowed.first(where: { $0.division == .nothing }) else {
            preconditionFailure("\(node.operation.name) has no rule that divides nothing")
        }
        guard placed.mesh.extents[axis] > 1 else { return nothing }
        if let origin = node.origin, let division = divisionsOfNode[origin]?[axis] {
            return allowed.first { $0.division == division } ?? nothing
        }
        let wanted =
            axis == 0
            ? [.batch] : strategy.divisions(of: node, followsDense: followsDense.contains(node.origin ?? node.id))
        let candidates = wanted.compactMap { division in allowed.first { $0.division == division } }
        let isParameterized = node.inputs.contains { if case .parameter = graph.value($0).source { true } else { false } }
        if isParameterized || wanted == [.batch], let first = candidates.first { return first }
        let all = candidates + [nothing]
        if let match = all.first(where: { exchangedElements(for: node, rule: $0, axis: axis) == nil }) { return match }
        return all.enumerated().min {
            let a = exchangedElements(for: node, rule: $0.element, axis: axis) ?? 0
            let b = exchangedElements(for: node, rule: $1.element, axis: axis) ?? 0
            return (a, $0.offset) < (b, $1.offset)
        }?.element ?? nothing
    }

    /// How many elements would have to be exchanged along one axis for a node's inputs to live as a rule wants them;
    /// `nil` if they do already.
    private func exchangedElements(for node: Node, rule: PlacementRule, axis: Int) -> Int? {
        var elements: Int?
        for (value, wanted) in zip(node.inputs, rule.inputs) {
            guard let places = placesOfValue[value] else { continue }
            if places.contains(where: { placed[$0].placements[axis] == wanted }) { continue }
            let count = graph.type(value).shape.elementCount
            let isReplicated = places.contains { placed[$0].placements[axis] == .replicated }
            elements = (elements ?? 0) + (isReplicated ? 0 : count)
        }
        return elements
    }

    // MARK: Places

    private mutating func newPlace(of value: ValueID, name: String, placements: [Placement], isBatched: Bool) -> PlacedID {
        let id = PlacedID(placed.values.count)
        placed.values.append(
            PlacedValue(
                id: id, value: value, name: name, type: graph.type(value), placements: placements, isBatched: isBatched))
        placesOfValue[value, default: []].append(id)
        return id
    }

    /// The value at the wanted place: as it is, loaded, or converted from the place where it was made.
    private mutating func obtain(_ value: ValueID, placements: [Placement]) throws(ParallelismError) -> PlacedID {
        if let existing = placesOfValue[value]?.first(where: { placed[$0].placements == placements }) { return existing }
        let name = graph.value(value).name
        switch graph.value(value).source {
        case .images, .labels:
            let id = newPlace(of: value, name: name, placements: placements, isBatched: true)
            placed.instructions.append(.load(id))
            return id
        case .parameter where placesOfValue[value] == nil:
            return newPlace(of: value, name: name, placements: placements, isBatched: false)
        case .parameter, .node:
            guard let places = placesOfValue[value], let home = places.first else {
                preconditionFailure("\(name) is used before it is made")
            }
            return try convert(home, to: placements)
        }
    }

    /// Adds the collectives that turn a value's placements into `wanted`: sums first, then gathers, then slices; axes
    /// that change alike change together.
    private mutating func convert(_ source: PlacedID, to wanted: [Placement]) throws(ParallelismError) -> PlacedID {
        var current = source
        func axes(where test: (Placement, Placement) -> Bool) -> [Int] {
            wanted.indices.filter {
                placed[current].placements[$0] != wanted[$0] && test(placed[current].placements[$0], wanted[$0])
            }
        }
        func isSplit(_ placement: Placement) -> Bool { if case .split = placement { true } else { false } }
        let steps: [(CollectiveKind, (Placement, Placement) -> Bool)] = [
            (.reduceScatter, { $0 == .partial && isSplit($1) }),
            (.allReduce, { $0 == .partial && $1 == .replicated }),
            (.allToAll, { isSplit($0) && isSplit($1) }),
            (.allGather, { isSplit($0) && $1 == .replicated }),
            (.slice, { $0 == .replicated && isSplit($1) }),
        ]
        for (kind, test) in steps {
            let changing = axes(where: test)
            guard !changing.isEmpty else { continue }
            var placements = placed[current].placements
            for axis in changing { placements[axis] = wanted[axis] }
            let before = placed[current]
            if let existing = placesOfValue[before.value]?.first(where: { placed[$0].placements == placements }) {
                current = existing
                continue
            }
            let after = newPlace(of: before.value, name: before.name, placements: placements, isBatched: before.isBatched)
            placed.instructions.append(.collective(kind, axes: changing, input: current, output: after))
            current = after
        }
        guard placed[current].placements == wanted else {
            throw .cannotConvert(
                value: placed[source].name, from: "\(placed[source].placements)", to: "\(wanted)")
        }
        return current
    }

    // MARK: Updates

    /// A gradient that lives in summands is summed slice by slice; each worker updates its slice, with the optimizer's
    /// state for that slice only, and the slices are gathered.
    private mutating func placeUpdates(_ gradients: [(parameter: Int, gradient: ValueID)]) throws(ParallelismError) {
        var updates: [(parameter: Int, gradient: PlacedID, axes: [Int])] = []
        for (parameter, gradient) in gradients {
            let home = placed[placed.parameters[parameter]].placements
            guard let source = placesOfValue[gradient]?.first else { continue }
            let wanted = zip(home, placed[source].placements).map { home, gradient in
                home == .replicated && gradient == .partial ? Placement.partial : home
            }
            let place = try convert(source, to: wanted)
            updates.append((parameter, place, wanted.indices.filter { wanted[$0] == .partial }))
        }
        for update in updates where !update.axes.isEmpty {
            placed.instructions.append(
                .reduceGradient(parameter: update.parameter, gradient: update.gradient, axes: update.axes))
        }
        for update in updates {
            placed.instructions.append(.update(parameter: update.parameter, gradient: update.gradient, axes: update.axes))
        }
        for update in updates where !update.axes.isEmpty {
            placed.instructions.append(.gatherParameter(parameter: update.parameter, axes: update.axes))
        }
    }

    // MARK: Checks

    /// Refuses a division by channels that leaves nearly all the work to every device.
    private mutating func checkThatEnoughIsDivided() throws(ParallelismError) {
        let deviceAxes = placed.mesh.extents.indices.dropFirst()
        guard !deviceAxes.isEmpty else { return }
        var all = 0
        var divided = 0
        for node in graph.nodes where node.origin == nil {
            guard node.inputs.contains(where: { if case .parameter = graph.value($0).source { true } else { false } }),
                let divisions = divisionsOfNode[node.id]
            else { continue }
            let work = node.operation.cost(inputs: graph.types(node.inputs), outputs: graph.types(node.outputs))
            all += work.floatingPointOperations
            if deviceAxes.contains(where: { divisions[$0] != .nothing }) { divided += work.floatingPointOperations }
            if deviceAxes.contains(where: { divisions[$0] == .nothing }) {
                placed.undividedLayers.append("\(node.layer) (\(graph.type(node.outputs[0]).shape[1]) channels)")
            }
        }
        guard all == 0 || divided * 10 >= all else {
            throw .channelsDoNotDivide(
                devices: placed.mesh.deviceCount, layers: placed.undividedLayers, dividedShare: Double(divided) / Double(all))
        }
    }
}
