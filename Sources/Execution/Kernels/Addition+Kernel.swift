package import Networks

extension Addition: ComputableOperation {
    /// All summands of an element are read before their sum is written, so the output may lie on any of them.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        request.elementwiseLoop(reuse: [0]) { count in
            { memory in
                let summands = memory.inputs.indices.map { memory.input($0) }
                let y = memory.output(0)
                return { _ in
                    summands.withUnsafeBufferPointer { summands in
                        forEachLanes(of: count) { start, width in
                            var sum = summands[0].lanes(start, width)
                            for index in 1..<summands.count { sum += summands[index].lanes(start, width) }
                            y.setLanes(start, width, to: sum)
                        }
                    }
                }
            }
        }
    }
}
