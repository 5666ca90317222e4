import Networks
import Tensors

extension Partitioner {
    /// One rule per mesh axis. Along each axis the operation is asked what it allows after it was divided along the axes before.
    func chooseRules(for node: Node) -> [PlacementRule] {
        var inputs = graph.types(node.inputs)
        var outputs = graph.types(node.outputs)
        var operation = node.operation
        var shardings: [(sharding: PlacementRule.Sharding, parts: Int)] = []
        var rules = [PlacementRule]()
        for (axis, parts) in placed.mesh.extents.enumerated() {
            let allowed = operation.placementRules(inputs: inputs, outputs: outputs, parts: parts).filter {
                $0.sharding == .batch
                    || Self.dividesEvenly($0.inputs, inputs, parts) && Self.dividesEvenly($0.outputs, outputs, parts)
            }.filter {
                canBePartialSums($0.inputs, of: node, axis: axis) && dividesOuterAxesFirst($0, along: axis, after: rules)
            }
            let rule = chooseRule(for: node, axis: axis, of: allowed)
            rules.append(rule)
            guard parts > 1, rule.sharding != .batch else { continue }
            shardings.append((rule.sharding, parts))
            inputs = zip(inputs, rule.inputs).map { Self.divided($0, $1, parts) }
            outputs = zip(outputs, rule.outputs).map { Self.divided($0, $1, parts) }
            operation = node.operation.localized(
                to: LocalBlock(
                    shardings: shardings, outputShapes: outputs.map(\.shape),
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

    /// Terms come out of an operation; nothing that is whole is taken apart into them.
    private func canBePartialSums(_ placements: [Placement], of node: Node, axis: Int) -> Bool {
        guard placed.mesh.extents[axis] > 1 else { return true }
        return zip(placements, node.inputs).allSatisfy { placement, value in
            placement != .partial || placesOfValue[value]?.contains { placed[$0].placements[axis] == .partial } == true
        }
    }

    /// The examples are divided along axes that may divide them, the outer ones first, as micro-batches are numbered.
    private func dividesOuterAxesFirst(_ rule: PlacementRule, along axis: Int, after rules: [PlacementRule]) -> Bool {
        guard rule.sharding == .batch, placed.mesh.extents[axis] > 1 else { return true }
        return placed.batchAxes.contains(axis)
            && placed.batchAxes.filter { $0 < axis }.allSatisfy { rules[$0].sharding == .batch }
    }

    private static func divided(_ type: TensorType, _ placement: Placement, _ parts: Int) -> TensorType {
        guard case .split(let dimension) = placement else { return type }
        return type.with(type.shape.replacing(axis: dimension, with: type.shape[dimension] / parts))
    }

    private func chooseRule(for node: Node, axis: Int, of allowed: [PlacementRule]) -> PlacementRule {
        guard let nothing = allowed.first(where: { $0.sharding == .nothing }) else {
            preconditionFailure("\(node.operation.name) has no rule that divides nothing")
        }
        guard placed.mesh.extents[axis] > 1 else { return nothing }
        // Where examples are not divided, a tensor holds those of several micro-batches.
        if node.operation.mixesExamples, placed.batchAxes.contains(axis),
            let alone = allowed.first(where: { $0.sharding == .batch })
        {
            return alone
        }
        if let origin = node.origin, let sharding = shardingsOfNode[origin]?[axis] {
            return allowed.first { $0.sharding == sharding } ?? nothing
        }
        let wanted = axis == 0 ? [.batch] : strategy.shardings(of: node, followsDense: followsDense.contains(node.id))
        let preferred = wanted.compactMap { sharding in allowed.first { $0.sharding == sharding } }
        // A sum of gradients is divided as they are, whatever the strategy would do with an operation of the forward pass.
        let candidates = preferred + (node.isGradient ? allowed.filter { rule in !preferred.contains(rule) } : [])
        let isParameterized = node.inputs.contains { if case .parameter = graph.value($0).source { true } else { false } }
        if !node.isGradient, isParameterized || wanted == [.batch], let first = candidates.first { return first }
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
}
