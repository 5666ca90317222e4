import Networks
import Parallelism

/// Notes beside each item what it has to do: what the program's instruction says.
extension Planner {
    /// - Parameters:
    ///   - fused: the activation that the kernel applies as well; it reads and writes nothing of its own.
    ///   - layouts: in which a tensor is exchanged.
    mutating func describe(_ instruction: Instruction, fused: Instruction? = nil, layouts: String = "") {
        var item = PlanItem(instruction, fused: fused)
        item.layouts = layouts
        note(item)
    }

    mutating func describe(reordering id: PlacedID) {
        note(PlanItem(.reorder, microStep: microStep, layer: placed.layer(of: id), title: "reorder \(placed[id].name)"))
    }

    /// The note belongs to the item added last.
    mutating func note(_ item: PlanItem) {
        plan.planItems[plan.items.count - 1] = item
    }
}

extension PlanItem {
    /// What an instruction has to do, and a fused one with it.
    init(_ instruction: Instruction, fused: Instruction?) {
        let name = "\(instruction.title) \(instruction.subject)"
        switch instruction.action {
        case .load: self.init(.input, microStep: instruction.microStep, layer: instruction.layer, title: name)
        case .compute(_, let operation, _, _, _):
            // The layer's own operation says the attributes.
            self.init(
                instruction.isGradient ? .gradient : .forward, microStep: instruction.microStep, layer: instruction.layer,
                title: (instruction.isGradient ? operation.name : instruction.title) + (fused.map { " + \($0.title)" } ?? ""))
        case .collective, .reduce, .gather:
            self.init(.exchange, microStep: instruction.microStep, layer: instruction.layer, title: name)
        case .add, .squares, .norms, .update:
            self.init(.update, microStep: instruction.microStep, layer: instruction.layer, title: name)
        case .signal: self.init(.wait, microStep: nil, layer: "", title: instruction.title)
        case .wait(let signals, _):
            self.init(.wait, microStep: nil, layer: "", title: instruction.title)
            awaits = signals
        }
        floatingPointOperations = instruction.cost.floatingPointOperations + (fused?.cost.floatingPointOperations ?? 0)
        bytesRead = instruction.cost.bytesRead
        bytesWritten = instruction.cost.bytesWritten
        bytesReceived = instruction.received.bytes
        if ![.input, .forward, .gradient, .wait].contains(kind) { implementation = "loop" }
    }

    /// An update that sums its slice of the gradient on the way: the sum is neither written nor read.
    mutating func include(_ reduction: Instruction) {
        bytesRead += reduction.cost.bytesRead - reduction.cost.bytesWritten
        floatingPointOperations += reduction.cost.floatingPointOperations
        bytesReceived += reduction.received.bytes
    }
}
