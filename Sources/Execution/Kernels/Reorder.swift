extension KernelChoice {
    /// A copy from one layout to another.
    package static func reorder(engine: Engine, from: Layout, to: Layout) throws -> KernelChoice {
        let descriptor = try PrimitiveDescriptor.reorder(engine: engine, from: from, to: to)
        return KernelChoice(
            inputs: [from], outputs: [to], scratchpadBytes: descriptor.scratchpadBytes, implementation: descriptor.implementation
        ) { memory in
            var arguments: [(Argument, UnsafeMutableRawPointer)] = [
                (.source, memory.inputs[0]), (.destination, memory.outputs[0]),
            ]
            if descriptor.layout(of: .scratchpad) != nil { arguments.append((.scratchpad, memory.scratchpad)) }
            return PrimitiveKernel(try BoundPrimitive(descriptor, arguments), stream: memory.stream)
        }
    }
}
