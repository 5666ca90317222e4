package import Networks
package import Tensors

/// The reference of an operation that brings its own loop: that loop, in double precision.
extension Operation {
    /// Whether there is a plain loop that says what it computes.
    var hasReference: Bool { self is any ReferenceComputable || self is any LoopOperation }

    /// What the operation computes, by a plain loop: that of this package, or its own. Nil where there are neither.
    package func referenceOutputs(
        _ inputs: [ReferenceTensor], types: (inputs: [TensorType], outputs: [TensorType]), step: ReferenceStep
    ) -> [ReferenceTensor]? {
        if let operation = self as? any ReferenceComputable { return operation.reference(inputs, step: step) }
        return (self as? any LoopOperation).map { $0.loopOutputs(inputs, types: types, step: step) }
    }
}

extension LoopOperation {
    /// What the operation's own loop computes in double precision.
    package func loopOutputs(
        _ inputs: [ReferenceTensor], types: (inputs: [TensorType], outputs: [TensorType]), step: ReferenceStep
    ) -> [ReferenceTensor] {
        let sources = zip(inputs, types.inputs).map { tensor, type -> UnsafeMutableRawBufferPointer in
            if type.element == .int32 { return Self.copy(tensor.values.map { Int32($0) }) }
            return Self.copy(tensor.values)
        }
        let results = types.outputs.map { Self.copy([Double](repeating: .nan, count: $0.shape.elementCount)) }
        defer { for memory in sources + results { memory.deallocate() } }
        compute(
            OperationBlock<Double>(
                inputTypes: types.inputs, outputTypes: types.outputs, inputs: sources.compactMap(\.baseAddress),
                outputs: results.compactMap(\.baseAddress), seed: step.seed, step: step.step))
        return zip(results, types.outputs).map { ReferenceTensor($1.shape, Array($0.bindMemory(to: Double.self))) }
    }

    /// Room for at least one element, so that it has an address.
    private static func copy<Element: BitwiseCopyable>(_ values: [Element]) -> UnsafeMutableRawBufferPointer {
        let stride = MemoryLayout<Element>.stride
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, values.count) * stride, alignment: stride)
        let room = UnsafeMutableRawBufferPointer(rebasing: memory[..<(values.count * stride)])
        _ = room.bindMemory(to: Element.self).initialize(from: values)
        return UnsafeMutableRawBufferPointer(start: memory.baseAddress, count: room.count)
    }
}
