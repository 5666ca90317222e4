package import KernelChoices
import Layouts
package import Networks
import Tensors

extension BiasAddition: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let rows = ChannelRows(request.inputs[0].type.shape)
        return request.rowMajorLoop(reuse: [0]) { memory in
            let (x, bias, y) = (memory.input(0), memory.input(1), memory.output(0))
            if rows.rowLength == 1 {
                return { _ in
                    for example in 0..<rows.examples {
                        let row = example &* rows.channels
                        forEachLanes(of: rows.channels) { start, width in
                            y.setLanes(row &+ start, width, to: x.lanes(row &+ start, width) + bias.lanes(start, width))
                        }
                    }
                }
            }
            return { _ in
                rows.forEachRow { channel, row in
                    let shift = bias[channel]
                    forEachLanes(of: rows.rowLength) { start, width in
                        y.setLanes(row &+ start, width, to: x.lanes(row &+ start, width) + shift)
                    }
                }
            }
        }
    }
}

extension BiasGradient: ComputableOperation, KernelImplementation {
    /// Sums in the order of ``ChannelRows/sumOverExamples(into:using:_:)``.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let rows = ChannelRows(request.inputs[0].type.shape)
        return request.rowMajorLoop(scratchpadBytes: rows.channels * MemoryLayout<Double>.stride) { memory in
            let (dy, dbias) = (memory.input(0), memory.output(0))
            let sums = memory.scratchpad.assumingMemoryBound(to: Double.self)
            if rows.rowLength == 1 {
                return { _ in rows.sumOverExamples(into: dbias, using: sums) { dy[$0] } }
            }
            return { _ in
                rows.sumOverExamples(into: dbias, using: sums) { (dy + $0).laneSum(rows.rowLength) }
            }
        }
    }
}
