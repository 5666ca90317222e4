package import KernelChoices
package import Networks

extension Multiplication: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        request.elementwiseLoop(reuse: [0]) { count in
            { memory in
                let (a, b, y) = (memory.input(0), memory.input(1), memory.output(0))
                return { _ in
                    forEachLanes(of: count) { start, width in
                        y.setLanes(start, width, to: a.lanes(start, width) * b.lanes(start, width))
                    }
                }
            }
        }
    }
}
