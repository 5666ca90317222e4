import CKernels

extension KernelChoice {
    /// A copy from one layout to another.
    package static func reorder(
        engine: Engine, from: Layout, to: Layout, instructions: InstructionSet = .best
    ) throws -> KernelChoice {
        if let transposition = transposition(from: from, to: to, instructions) { return transposition }
        let descriptor = try PrimitiveDescriptor.reorder(engine: engine, from: from, to: to)
        return KernelChoice(
            inputs: [from], outputs: [to], scratchpadBytes: descriptor.scratchpadBytes, origin: .primitive,
            implementation: descriptor.implementation
        ) { memory in
            var arguments: [(Argument, UnsafeMutableRawPointer)] = [
                (.source, memory.inputs[0]), (.destination, memory.outputs[0]),
            ]
            if descriptor.layout(of: .scratchpad) != nil { arguments.append((.scratchpad, memory.scratchpad)) }
            return PrimitiveKernel(try BoundPrimitive(descriptor, arguments), stream: memory.stream)
        }
    }

    /// Between row-major and pictures innermost: a matrix with a row for each picture, turned round. The library's own takes
    /// many times as long.
    private static func transposition(
        from: Layout, to: Layout, _ instructions: InstructionSet
    ) -> KernelChoice? {
        guard from.type == .f32, to.type == .f32, from.dims == to.dims, from.dims.count > 1, from.dims[0] > 0 else { return nil }
        let (pictures, elements) = (from.dims[0], from.dims.dropFirst().reduce(1, *))
        let (rows, columns): (Int, Int)
        if from.isPlain, to.isBatchInnermost {
            (rows, columns) = (pictures, elements)
        } else if from.isBatchInnermost, to.isPlain {
            (rows, columns) = (elements, pictures)
        } else {
            return nil
        }
        return KernelChoice(inputs: [from], outputs: [to], origin: .loop, implementation: "loop:\(instructions), transposition") {
            memory in
            let (source, destination) = (memory.input(0), memory.output(0))
            return LoopKernel { _ in
                ckernels_transpose(instructions.number, Int64(rows), Int64(columns), source, destination)
            }
        }
    }
}
