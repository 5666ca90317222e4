package import Kernels
import OneDNN
package import Parallelism

/// One item of a worker's step, for people: what it is, what it has to do, and what does it.
package struct PlanItem: Sendable, Hashable {
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

extension PlanItem {
    package init(_ kind: Kind, microStep: Int?, layer: String, title: String) {
        self.kind = kind
        self.microStep = microStep
        self.layer = layer
        self.title = title
    }

    /// What a kernel adds to it. Where its layouts say fewer bytes than the operation's shapes do, they are right: elements may be
    /// narrower in memory.
    mutating func note(_ choice: KernelChoice) {
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
