import KernelChoices
import Layouts
import Networks
package import Parallelism

extension UnboundPlan.Item {
    /// What it is and of what, for messages.
    package func label(in placed: PlacedGraph) -> (title: String, subject: String) {
        if let reordered { return ("reorder", reordered.tensor) }
        switch instruction.action {
        case .compute(_, let operation, _, _, _): return (operation.name, instruction.layer)
        case .wait(_, let place): return (placed.whatIsAwaited(at: place), "")
        case .add(.gradient(let parameter), _, _, _), .squares(let parameter, _, _), .update(let parameter, _, _),
            .gather(let parameter, _), .reduce(let parameter, _, _):
            return (instruction.title, placed.graph.parameters[parameter].name)
        case .load, .collective, .add(.statistic, _, _, _), .sumOverBatch, .norms, .signal:
            return (instruction.title, instruction.subject)
        }
    }
}

extension PlacedGraph {
    /// What stands behind a wait, in words.
    fileprivate func whatIsAwaited(at place: Int) -> String {
        switch instructions[place] {
        case .collective(let kind, _, _, let output): "the \(kind.rawValue) of \(self[output].name)"
        case .sumOverBatch(_, _, let input, _): "the sum over the batch of \(self[input].name)"
        case .reduceGradient: "the sums of the gradients"
        case .norms: "the norms of the gradients"
        case .gatherParameter: "the all-gathers of the parameters"
        case .load, .compute, .squares, .update: "instruction \(place)"
        }
    }
}

extension UnboundPlan {
    /// An item a line: what it is, for which layer, by which implementation, from and to which layouts.
    package func description(in placed: PlacedGraph) -> String {
        items.enumerated().map { index, item in
            let number = String(repeating: " ", count: max(0, 4 - String(index).count)) + String(index)
            return "\(number)  \(Self.describe(item, in: placed))\n"
        }.joined()
    }

    private static func describe(_ item: Item, in placed: PlacedGraph) -> String {
        let (title, subject) = item.label(in: placed)
        if item.instruction.kind == .wait { return "\(item.instruction.title) before \(title)" }
        let name = subject.isEmpty ? title : "\(title) of \(subject)"
        if case .update(_, _, let axes) = item.instruction.action, !axes.isEmpty { return "\(name), a slice" }
        guard let choice = item.choice else { return name }
        let inputs = choice.inputs.map(\.description).joined(separator: ", ")
        let outputs = choice.outputs.map(\.description).joined(separator: ", ")
        return "\(name) [\(choice.isRenaming ? "renaming" : choice.implementation)] \(inputs) → \(outputs)"
    }
}
