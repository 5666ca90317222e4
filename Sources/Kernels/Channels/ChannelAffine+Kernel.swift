package import KernelChoices
import Layouts
package import Networks
import Tensors

extension ChannelAffine: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let rows = ChannelRows(request.inputs[0].type.shape)
        return request.rowMajorLoop(reuse: [0]) { memory in
            let (x, y) = (memory.input(0), memory.output(0))
            let (coefficient, bias) = (memory.input(1), memory.input(2))
            return { [inputScale] _ in
                rows.forEachRow { channel, row in
                    let (scale, shift) = (coefficient[channel] * inputScale, bias[channel])
                    forEachLanes(of: rows.rowLength) { start, width in
                        y.setLanes(row &+ start, width, to: x.lanes(row &+ start, width) * scale + shift)
                    }
                }
            }
        }
    }
}

extension ChannelScaling: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let rows = ChannelRows(request.inputs[0].type.shape)
        return request.rowMajorLoop(reuse: [0]) { memory in
            let (x, coefficient, y) = (memory.input(0), memory.input(1), memory.output(0))
            return { [inputScale] _ in
                rows.forEachRow { channel, row in
                    let scale = coefficient[channel] * inputScale
                    forEachLanes(of: rows.rowLength) { start, width in
                        y.setLanes(row &+ start, width, to: x.lanes(row &+ start, width) * scale)
                    }
                }
            }
        }
    }
}

extension ChannelAffineParameterGradient: ComputableOperation, KernelImplementation {
    /// Sums in the order of ``ChannelRows/sumOverExamples(into:using:_:)``.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let rows = ChannelRows(request.inputs[0].type.shape)
        return request.rowMajorLoop(scratchpadBytes: rows.channels * MemoryLayout<Double>.stride) { memory in
            let (x, dy) = (memory.input(0), memory.input(1))
            let (dcoefficient, dbias) = (memory.output(0), memory.output(1))
            let sums = memory.scratchpad.assumingMemoryBound(to: Double.self)
            return { [inputScale] _ in
                rows.sumOverExamples(into: dcoefficient, using: sums) { row in
                    var products = Lanes(repeating: 0)
                    forEachLanes(of: rows.rowLength) { start, width in
                        products += x.lanes(row &+ start, width) * dy.lanes(row &+ start, width)
                    }
                    return products.halvingSum * inputScale
                }
                rows.sumOverExamples(into: dbias, using: sums) { (dy + $0).laneSum(rows.rowLength) }
            }
        }
    }
}
