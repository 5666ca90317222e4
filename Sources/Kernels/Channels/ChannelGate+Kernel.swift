package import KernelChoices
import Layouts
package import Networks
import Tensors

extension ChannelGate: ComputableOperation, KernelImplementation {
    /// In the layout of the images, where that has blocks of channels.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let images = ChannelBlocks(request.inputs[0].layout)
        return KernelChoice(
            inputs: [images.layout, .plain([images.examples, images.channels])], outputs: [images.layout], reuse: [0],
            origin: .loop, implementation: "loop:\(images.layout.formatName)"
        ) { memory in
            let (x, gate, y) = (memory.input(0), memory.input(1), memory.output(0))
            guard images.block > 1 else {
                return LoopKernel { _ in
                    images.forEachRow { row, channel in
                        let factor = gate[channel]
                        forEachLanes(of: images.pixels) { start, width in
                            y.setLanes(row &+ start, width, to: x.lanes(row &+ start, width) * factor)
                        }
                    }
                }
            }
            return LoopKernel { _ in
                images.forEachLanesOfChannels { start, width, channel, count in
                    let factors = gate.lanes(channel, count)
                    for pixel in 0..<images.pixels {
                        let place = start &+ pixel &* images.block
                        y.setLanes(place, width, to: x.lanes(place, width) * factors)
                    }
                }
            }
        }
    }
}

extension ChannelGateGradient: ComputableOperation, KernelImplementation {
    /// In the layout of x. Of row-major images each lane adds every eighth pixel; else a lane adds its channel's pixels in their order.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let images = ChannelBlocks(request.inputs[0].layout)
        return KernelChoice(
            inputs: [images.layout, images.layout], outputs: [.plain([images.examples, images.channels])], origin: .loop,
            implementation: "loop:\(images.layout.formatName)"
        ) { memory in
            let (x, dy, gate) = (memory.input(0), memory.input(1), memory.output(0))
            guard images.block > 1 else {
                return LoopKernel { _ in
                    images.forEachRow { row, channel in
                        var sum = Lanes(repeating: 0)
                        forEachLanes(of: images.pixels) { start, width in
                            sum += x.lanes(row &+ start, width) * dy.lanes(row &+ start, width)
                        }
                        gate[channel] = sum.halvingSum
                    }
                }
            }
            return LoopKernel { _ in
                images.forEachLanesOfChannels { start, width, channel, count in
                    var sums = Lanes(repeating: 0)
                    for pixel in 0..<images.pixels {
                        let place = start &+ pixel &* images.block
                        sums += x.lanes(place, width) * dy.lanes(place, width)
                    }
                    gate.setLanes(channel, count, to: sums)
                }
            }
        }
    }
}
