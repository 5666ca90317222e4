import CKernels
package import KernelChoices
package import Layouts
package import OneDNN
import Topology

extension KernelChoice {
    /// A copy from one layout to another.
    package static func reorder(
        engine: Engine, from: Layout, to: Layout
    ) throws -> KernelChoice {
        if let own = transposition(from: from, to: to, engine.instructions)
            ?? conversion(from: from, to: to, engine.instructions, engine.caches)
        {
            return own
        }
        let descriptor = try PrimitiveDescriptor.reorder(engine: engine, from: from, to: to)
        return KernelChoice(
            inputs: [from], outputs: [to], scratchpadBytes: descriptor.scratchpadBytes, origin: .primitive,
            implementation: descriptor.implementation
        ) { memory in
            var arguments: [(Argument, UnsafeMutableRawPointer)] = [
                (.source, memory.inputs[0]), (.destination, memory.outputs[0]),
            ]
            if descriptor.layout(of: .scratchpad) != nil { arguments.append((.scratchpad, memory.scratchpad)) }
            return PrimitiveKernel(try BoundPrimitive(descriptor, arguments), stream: memory.libraryStream)
        }
    }

    /// Between row-major and batch-innermost: a matrix with a row for each image, turned round. The library's own takes
    /// many times as long.
    private static func transposition(
        from: Layout, to: Layout, _ instructions: InstructionSet
    ) -> KernelChoice? {
        guard from.type == .f32, to.type == .f32, from.dims == to.dims, from.dims.count > 1, from.dims[0] > 0 else { return nil }
        let (images, elements) = (from.dims[0], from.dims.dropFirst().reduce(1, *))
        let (rows, columns): (Int, Int)
        if from.isPlain, to.isBatchInnermost {
            (rows, columns) = (images, elements)
        } else if from.isBatchInnermost, to.isPlain {
            (rows, columns) = (elements, images)
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

    /// Weights to bfloat16 where every two inputs lie together then: a block is rows of outputs, one for each input, of which two at a
    /// time are woven together. The library's own takes twice as long.
    private static func conversion(
        from: Layout, to: Layout, _ instructions: InstructionSet, _ caches: CacheSizes
    ) -> KernelChoice? {
        guard from.type == .f32, to.type == .bf16, from.dims == to.dims else { return nil }
        let formats = [
            ("AB16b64a", "AB8b64a2b", 64), ("AB16b32a", "AB8b32a2b", 32),
            ("AB16b16a", "AB8b16a2b", 16), ("ABcd16b16a", "ABcd8b16a2b", 16), ("aBCde16c16b", "aBCde8c16b2c", 16),
        ]
        func lies(_ layout: Layout, _ name: String) -> Bool {
            Layout.named(name, layout.dims, type: layout.type).map { layout.isInterchangeable(with: $0) } ?? false
        }
        guard let columns = formats.first(where: { lies(from, $0.0) && lies(to, $0.1) })?.2 else { return nil }
        let pairs = from.byteCount / (2 * columns * MemoryLayout<Float>.stride)
        return KernelChoice(inputs: [from], outputs: [to], origin: .loop, implementation: "loop:\(instructions), pairs") {
            memory in
            let (source, destination) = (memory.input(0), memory.outputs[0].assumingMemoryBound(to: UInt16.self))
            return LoopKernel { _ in
                ckernels_convert_pairs(
                    instructions.number, Int64(pairs), Int64(columns), Int64(caches.convertedBytes), source, destination)
            }
        }
    }
}
