import KernelChoices
import Layouts
import OneDNN

extension PrimitiveDescriptor {
    /// Binds the primitive to a kernel's memory: `inputs` and `outputs` say which part each of the kernel's tensors plays.
    /// The scratchpad is added where the primitive wants one.
    func kernel(_ memory: KernelMemory, inputs: [Argument], outputs: [Argument]) throws -> PrimitiveKernel {
        var arguments = (Array(zip(inputs, memory.inputs)) + Array(zip(outputs, memory.outputs))).filter {
            layout(of: $0.0) != nil
        }
        if layout(of: .scratchpad) != nil { arguments.append((.scratchpad, memory.scratchpad)) }
        return PrimitiveKernel(try BoundPrimitive(self, arguments), stream: memory.libraryStream)
    }

    /// The choice of this primitive: its layouts, its scratchpad, and how to bind it.
    func choice(inputs: [Argument], outputs: [Argument], reuse: [Int?]? = nil) -> KernelChoice {
        func layouts(_ arguments: [Argument]) -> [Layout] {
            arguments.map { argument in
                guard let layout = layout(of: argument) else { preconditionFailure("\(operation) has no \(argument)") }
                return layout
            }
        }
        return KernelChoice(
            inputs: layouts(inputs), outputs: layouts(outputs), scratchpadBytes: scratchpadBytes, reuse: reuse,
            origin: .primitive, implementation: implementation, isPlainLoop: isPlainLoop
        ) { try self.kernel($0, inputs: inputs, outputs: outputs) }
    }
}
