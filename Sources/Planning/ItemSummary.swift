package import KernelChoices
import Layouts
import Networks
package import Parallelism
import Tensors

/// An item of a worker's plan as people read it: what it is, what it has to do, and what does it.
package struct ItemSummary: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Takes a block of the batch.
        case input
        case forward
        case gradient
        case update
        /// A copy from the layout of one operation to that of the next.
        case reorder
        case exchange
        /// For signals of other workers.
        case wait
    }

    package let kind: Kind
    /// The micro-step that it belongs to; nil for waits and for what ends the step.
    package let microStep: Int?
    /// The layer that it belongs to; that of the parameter or tensor that is moved or updated. Empty for waits.
    package let layer: String
    /// `convolution 11×11, stride 4 + ReLU`; for what is not an operation, with the tensor's name: `update conv1.weight`.
    package let title: String
    package var floatingPointOperations = 0
    /// Bytes read from and written to tensors, each once.
    package var bytesRead = 0
    package var bytesWritten = 0
    /// Bytes of those read that lie with other devices.
    package var bytesReceived = 0
    /// Whether a neighbour could do it on the way, so that its bytes need not move: a copy to another layout, a sum of gradients over micro-steps,
    /// an operation that is a mere pass.
    package var canBeFused = false
    /// The library's name of the kernel's implementation, or what kind of loop it is.
    package var implementation = ""
    /// From which layouts to which: `aBcd16b, Abcd16a → aBcd16b`.
    package var layouts = ""
    /// Whether products are taken of numbers of half the width.
    package var multipliesBFloat16 = false
    /// Who computes it; nil for what is no kernel.
    package var origin: KernelOrigin?
    /// The signals that it waits for.
    package var awaits: [Signal] = []
}

extension ItemSummary {
    package init(_ kind: Kind, microStep: Int?, layer: String, title: String) {
        self.kind = kind
        self.microStep = microStep
        self.layer = layer
        self.title = title
    }
}

extension UnboundPlan {
    /// What the program's instruction says of an item, with what the plan knows of its kernel.
    package func summary(of item: Item) -> ItemSummary {
        var summary = ItemSummary(item)
        if let choice = item.choice { summary.add(choice) }
        if case .collective(_, let place, _, _, _) = item.instruction.action, item.reordered == nil,
            let dims = item.instruction.result?.type.shape.dimensions
        {
            summary.layouts = formats[place]?.layout(dims).formatName ?? ""
        }
        return summary
    }
}

extension ItemSummary {
    fileprivate init(_ item: UnboundPlan.Item) {
        let instruction = item.instruction
        if let reordered = item.reordered {
            self.init(
                .reorder, microStep: instruction.microStep, layer: reordered.layer, title: "reorder \(reordered.tensor)")
            canBeFused = true
            return
        }
        let name = "\(instruction.title) \(instruction.subject)"
        switch instruction.action {
        case .load: self.init(.input, microStep: instruction.microStep, layer: instruction.layer, title: name)
        case .compute(_, let operation, _, _, _):
            // The layer's own operation says the attributes.
            let title = instruction.isGradient ? operation.name : instruction.title
            self.init(
                instruction.isGradient ? .gradient : .forward, microStep: instruction.microStep, layer: instruction.layer,
                title: title + (item.included.map { " + \($0.title)" } ?? ""))
        case .collective, .sumOverBatch, .reduce, .gather:
            self.init(.exchange, microStep: instruction.microStep, layer: instruction.layer, title: name)
        case .add, .squares, .norms, .update:
            self.init(.update, microStep: instruction.microStep, layer: instruction.layer, title: name)
        case .signal: self.init(.wait, microStep: nil, layer: "", title: instruction.title)
        case .wait(let signals, _):
            self.init(.wait, microStep: nil, layer: "", title: instruction.title)
            awaits = signals
        }
        bytesRead = instruction.cost.bytesRead
        bytesWritten = instruction.cost.bytesWritten
        bytesReceived = instruction.received.bytes
        floatingPointOperations = instruction.cost.floatingPointOperations
        if let included = item.included { include(included) }
        switch instruction.action {
        case .compute(_, let operation, _, _, _): canBeFused = operation.canBeFused
        case .add: canBeFused = true
        default: break
        }
        if ![.input, .forward, .gradient, .wait].contains(kind) { implementation = "loop" }
    }

    /// What is done along with it: an activation that is part of a kernel reads and writes nothing of its own, a sum of gradients that an
    /// update takes on the way is neither written nor read.
    private mutating func include(_ instruction: Instruction) {
        floatingPointOperations += instruction.cost.floatingPointOperations
        guard case .reduce = instruction.action else { return }
        bytesRead += instruction.cost.bytesRead - instruction.cost.bytesWritten
        bytesReceived += instruction.received.bytes
    }

    /// What a kernel adds to it. Where its layouts say fewer bytes than the operation's shapes do, they are right: elements may be
    /// narrower in memory.
    fileprivate mutating func add(_ choice: KernelChoice) {
        func bytes(_ layouts: [Layout]) -> Int { layouts.reduce(0) { $0 + $1.byteCount } }
        bytesRead = kind == .reorder ? bytes(choice.inputs) : min(bytesRead, bytes(choice.inputs))
        bytesWritten = kind == .reorder ? bytes(choice.outputs) : min(bytesWritten, bytes(choice.outputs))
        origin = choice.origin
        implementation = choice.implementation
        let names = [choice.inputs, choice.outputs].map { $0.map(\.formatName).joined(separator: ", ") }
        layouts = names.joined(separator: " → ")
        multipliesBFloat16 = choice.inputs.first?.type == .bf16
    }
}
