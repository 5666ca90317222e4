package import Layouts
package import OneDNN

/// Runs single primitives on memory of its own: what these tests hold against plain loops.
package struct KernelBench {
    package let engine: Engine
    package let stream: ComputeStream

    package init() throws {
        ComputeThread.useOneOpenMPThread()
        engine = try Engine()
        stream = try ComputeStream(engine: engine)
    }

    /// Memory in `layout` with these elements, given in row-major order.
    package func tensor(_ values: [Float], _ layout: Layout) throws -> TensorMemory {
        let plain = TensorMemory(.plain(layout.dims))
        plain.fill(values)
        return try reordered(plain, to: layout)
    }

    package func reordered(_ tensor: TensorMemory, to layout: Layout) throws -> TensorMemory {
        guard tensor.layout != layout else { return tensor }
        let result = TensorMemory(layout)
        let reorder = try PrimitiveDescriptor.reorder(engine: engine, from: tensor.layout, to: layout)
        try execute(reorder, [.source: tensor, .destination: result])
        return result
    }

    /// The elements in row-major order.
    package func values(_ tensor: TensorMemory) throws -> [Float] {
        try reordered(tensor, to: .plain(tensor.layout.dims)).rawFloats
    }

    /// Executes once. Given tensors are reordered to what the primitive wants; the others are made, full of NaN, and returned too.
    @discardableResult
    package func run(_ descriptor: PrimitiveDescriptor, _ given: [Argument: TensorMemory]) throws -> [Argument: TensorMemory] {
        var tensors: [Argument: TensorMemory] = [:]
        for (argument, layout) in descriptor.arguments {
            tensors[argument] = try given[argument].map { try reordered($0, to: layout) } ?? TensorMemory(layout)
        }
        try execute(descriptor, tensors)
        return tensors
    }

    private func execute(_ descriptor: PrimitiveDescriptor, _ tensors: [Argument: TensorMemory]) throws {
        var tensors = tensors
        if let scratchpad = descriptor.layout(of: .scratchpad), tensors[.scratchpad] == nil {
            tensors[.scratchpad] = TensorMemory(scratchpad)
        }
        let bound = try BoundPrimitive(descriptor, tensors.map { ($0.key, $0.value.address) })
        try bound.execute(on: stream)
    }
}

/// Aligned memory for one tensor, every byte set so that floats read as NaN until written.
package final class TensorMemory {
    package let layout: Layout
    package let address: UnsafeMutableRawPointer

    package init(_ layout: Layout) {
        self.layout = layout
        address = .allocate(byteCount: max(layout.byteCount, 64), alignment: 64)
        address.initializeMemory(as: UInt8.self, repeating: 0xFF, count: max(layout.byteCount, 64))
    }

    deinit { address.deallocate() }

    package func fill(_ values: [Float]) {
        precondition(values.count * 4 == layout.byteCount)
        address.copyMemory(from: values, byteCount: layout.byteCount)
    }

    /// As they lie in memory, padding included.
    package var rawFloats: [Float] {
        let count = layout.byteCount / 4
        return Array(UnsafeBufferPointer(start: address.bindMemory(to: Float.self, capacity: count), count: count))
    }
}
