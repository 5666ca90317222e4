package import Networks
import Tensors

extension ChannelSelection: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let source = ChannelRows(request.inputs[0].type.shape)
        let indices = indices
        return request.rowMajorLoop { memory in
            let (x, y) = (memory.input(0), memory.output(0))
            return { _ in
                var (from, to) = (x, y)
                for _ in 0..<source.examples {
                    for index in indices {
                        to.update(from: from + index &* source.rowLength, count: source.rowLength)
                        to += source.rowLength
                    }
                    from += source.channels &* source.rowLength
                }
            }
        }
    }
}

extension ChannelSelectionGradient: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let result = ChannelRows(request.outputs[0].type.shape)
        let indices = indices
        return request.rowMajorLoop { memory in
            let (dy, dx) = (memory.input(0), memory.output(0))
            return { _ in
                dx.update(repeating: 0, count: result.examples &* result.channels &* result.rowLength)
                var (from, to) = (dy, dx)
                for _ in 0..<result.examples {
                    for index in indices {
                        let row = to + index &* result.rowLength
                        forEachLanes(of: result.rowLength) { start, width in
                            row.setLanes(start, width, to: row.lanes(start, width) + from.lanes(start, width))
                        }
                        from += result.rowLength
                    }
                    to += result.channels &* result.rowLength
                }
            }
        }
    }
}
