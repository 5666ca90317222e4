import Kernels
import OneDNN
import Parallelism

extension UnboundPlan: CustomStringConvertible {
    /// An item a line: what it is, for which layer, by which implementation, from and to which layouts.
    package var description: String {
        items.enumerated().map { index, item in
            let number = String(repeating: " ", count: max(0, 4 - String(index).count)) + String(index)
            return "\(number)  \(Self.describe(item))\n"
        }.joined()
    }

    private static func describe(_ item: Item) -> String {
        switch item {
        case .load(let input, let block, _, _):
            return "load input \(input), " + block.ranges.map { "\($0)" }.joined(separator: " × ")
        case .kernel(let choice, _, _, let title, let layer):
            let inputs = choice.inputs.map(\.description).joined(separator: ", ")
            let outputs = choice.outputs.map(\.description).joined(separator: ", ")
            let work = choice.isRenaming ? "renaming" : choice.implementation
            return "\(title) of \(layer) [\(work)] \(inputs) → \(outputs)"
        case .wait(let wait):
            return "wait for \(wait.awaits.count) worker\(wait.awaits.count == 1 ? "" : "s")"
        case .exchange(let exchange):
            return "\(exchange.kind.rawValue) of \(exchange.title)"
        case .accumulate(let parameter, _, _):
            return "addition of micro-batches of parameter \(parameter)"
        case .squares(let parameter, let axes, _):
            return "squares of the gradient of parameter \(parameter)" + (axes.isEmpty ? "" : ", a slice")
        case .norms:
            return "norms of all gradients"
        case .update(let parameter, _, let axes, _):
            return "update of parameter \(parameter)" + (axes.isEmpty ? "" : ", a slice")
        case .gather(let parameter, _):
            return "all-gather of parameter \(parameter)"
        }
    }
}
