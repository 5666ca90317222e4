import Networks
import Parallelism
import Tensors

/// Notes beside each item what it has to do: the operations of the device program's instruction, and bytes.
extension Planner {
    mutating func account(forLoading id: PlacedID) {
        let instruction = DeviceInstruction(.load(id), in: placed, worker: worker, turn: turn)
        var item = PlanItem(.input, turn: turn, layer: layer(of: id), title: "load \(instruction.subject)")
        item.bytesRead = instruction.output.type.byteCount
        item.bytesWritten = item.bytesRead
        note(item)
    }

    /// - Parameter fused: the place of the activation that the kernel applies as well; it reads and writes nothing of its own.
    mutating func account(forComputing instruction: PlacedInstruction, fused: Int?) {
        guard case .compute(let node, let divisions, let inputs, let outputs) = instruction else { return }
        let work = DeviceInstruction(instruction, in: placed, worker: worker, turn: turn)
        let activation = fused.map { DeviceInstruction(placed.instructions[$0], in: placed, worker: worker, turn: turn) }
        let operation = placed.localOperation(node, divisions: divisions, outputs: outputs, worker: worker, turn: turn)
        let cost = operation.cost(
            inputs: inputs.map { placed.local($0, worker: worker, turn: turn).type },
            outputs: outputs.map { placed.local($0, worker: worker, turn: turn).type })
        let isGradient = placed.graph.nodes[...node.index].contains { $0.origin != nil }
        var item = PlanItem(
            isGradient ? .gradient : .forward, turn: turn,
            layer: work.subject.isEmpty ? layer(of: inputs[0]) : work.subject,
            // The layer's own operation says the attributes.
            title: (isGradient ? operation.name : work.title) + (activation.map { " + \($0.title)" } ?? ""))
        item.floatingPointOperations = work.floatingPointOperations + (activation?.floatingPointOperations ?? 0)
        item.bytesRead = cost.bytesRead
        item.bytesWritten = cost.bytesWritten
        note(item)
    }

    mutating func account(forReordering id: PlacedID) {
        note(PlanItem(.reorder, turn: turn, layer: layer(of: id), title: "reorder \(placed[id].name)"))
    }

    mutating func account(forExchanging instruction: Int) {
        guard case .collective(let kind, let axes, let input, _) = placed.instructions[instruction] else { return }
        let work = DeviceInstruction(placed.instructions[instruction], in: placed, worker: worker, turn: turn)
        var item = PlanItem(.exchange, turn: turn, layer: layer(of: input), title: "\(work.title) \(work.subject)")
        let bytes = work.output.type.byteCount
        item.bytesRead = kind.reduces ? bytes * placed.mesh.group(of: worker, along: axes).count : bytes
        item.bytesWritten = bytes
        item.bytesReceived = work.received.bytes
        item.layouts = plan.formats[instruction]?.layout(work.output.type.shape.dimensions).formatName ?? ""
        item.implementation = "loop"
        note(item)
    }

    mutating func account(forAdding gradient: PlacedID) {
        let work = DeviceInstruction(adding: gradient, times: 1, in: placed, worker: worker, turn: turn)
        var item = PlanItem(.update, turn: turn, layer: layer(of: gradient), title: "\(work.title) \(work.subject)")
        item.floatingPointOperations = work.floatingPointOperations
        item.bytesRead = 2 * work.output.type.byteCount
        item.bytesWritten = work.output.type.byteCount
        item.implementation = "loop"
        note(item)
    }

    /// The summing of the gradients of all workers is part of the update.
    mutating func account(forUpdating parameter: Int, axes: [Int]) {
        guard let instruction = placed.updateInstructions.first(where: { $0.updates(parameter) }) else { return }
        let work = DeviceInstruction(instruction, in: placed, worker: worker, turn: nil)
        var item = PlanItem(
            .update, turn: nil, layer: layer(of: placed.parameters[parameter]), title: "update \(work.subject)")
        let bytes = work.output.type.byteCount
        let holders = axes.isEmpty ? [worker] : placed.mesh.group(of: worker, along: axes)
        let device = placed.mesh.device(of: worker)
        func parts(_ workers: [Int]) -> Int { workers.reduce(0) { $0 + placed.partialSums(axes: axes, worker: $1).count } }
        item.floatingPointOperations = work.floatingPointOperations
        item.bytesRead = (2 + parts(holders)) * bytes
        item.bytesWritten = 2 * bytes
        item.bytesReceived = parts(holders.filter { placed.mesh.device(of: $0) != device }) * bytes
        item.implementation = "loop"
        note(item)
    }

    mutating func account(forGathering parameter: Int, axes: [Int]) {
        let work = DeviceInstruction(
            .gatherParameter(parameter: parameter, axes: axes), in: placed, worker: worker, turn: nil)
        var item = PlanItem(
            .exchange, turn: nil, layer: layer(of: placed.parameters[parameter]), title: "\(work.title) \(work.subject)")
        item.bytesRead = work.received.bytes
        item.bytesWritten = work.received.bytes
        item.bytesReceived = work.received.bytes
        item.implementation = "loop"
        note(item)
    }

    /// The note belongs to the item added last.
    private mutating func note(_ item: PlanItem) {
        plan.accounts[plan.items.count - 1] = item
    }

    /// The layer that makes a tensor, or whose parameter it is.
    private func layer(of id: PlacedID) -> String {
        let value = placed.graph.value(placed[id].value)
        switch value.source {
        case .images, .labels: return value.name
        case .parameter: return placed.graph.nodes.first { $0.inputs.contains(value.id) }?.layer ?? value.name
        case .node(let node):
            let node = placed.graph.node(node)
            // A sum of several consumers' gradients belongs to no layer; it goes with the first.
            guard node.layer.isEmpty, let first = node.inputs.first else { return node.layer }
            guard case .node(let consumer) = placed.graph.value(first).source else { return value.name }
            return placed.graph.node(consumer).layer
        }
    }
}

extension PlacedInstruction {
    fileprivate func updates(_ parameter: Int) -> Bool {
        if case .update(parameter, _, _) = self { true } else { false }
    }
}
