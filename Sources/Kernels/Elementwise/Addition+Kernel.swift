package import KernelChoices
package import Networks

extension Addition: ComputableOperation, KernelImplementation {
    /// All terms of an element are read before their sum is written, so the output may lie on any of them.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        request.elementwiseLoop(reuse: [0]) { count in
            { memory in
                let terms = memory.inputs.indices.map { memory.input($0) }
                let y = memory.output(0)
                return { _ in
                    terms.withUnsafeBufferPointer { terms in
                        forEachLanes(of: count) { start, width in
                            var sum = terms[0].lanes(start, width)
                            for index in 1..<terms.count { sum += terms[index].lanes(start, width) }
                            y.setLanes(start, width, to: sum)
                        }
                    }
                }
            }
        }
    }
}
