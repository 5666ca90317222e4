package import KernelChoices
import Layouts
package import Networks
import Tensors

extension BatchMoments: ComputableOperation, KernelImplementation {
    /// In the layout of x, which it reads once. Sums in double precision.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let loop = NormalizationLoop(over: request.inputs[0].layout, request.instructions)
        let share = Double(request.inputs[0].type.shape[0]) / Double(batchSize)
        let (count, all) = (Double(loop.valuesPerChannel), Double(loop.valuesPerChannel) / share)
        let perChannel = Layout.plain([loop.channels])
        return KernelChoice(
            inputs: [loop.layout], outputs: [perChannel, perChannel, .plain([1])], scratchpadBytes: loop.scratchpadBytes,
            reuse: [nil, nil, nil], origin: .loop, implementation: loop.implementation
        ) { memory in
            let (x, mean, squares, ones) = (memory.input(0), memory.output(0), memory.output(1), memory.output(2))
            let scratchpad = memory.scratchpad
            return LoopKernel { _ in
                let columns = loop.columns(in: scratchpad)
                loop.addMoments(of: x, columns)
                for channel in 0..<loop.channels {
                    let m = columns.sums[channel] / count
                    mean[channel] = Float(m * share)
                    squares[channel] = Float(max(0, columns.products[channel] - m * columns.sums[channel]) / (all - 1))
                }
                ones[0] = Float(share)
            }
        }
    }
}

extension BatchVariance: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let channels = request.inputs[0].type.shape[0]
        let perChannel = Layout.plain([channels])
        let all = Double(valuesPerChannel)
        return KernelChoice(
            inputs: [perChannel, perChannel, .plain([1]), perChannel], outputs: [perChannel], reuse: [nil], origin: .loop,
            implementation: "loop"
        ) { memory in
            let (own, squares, ones, mean) = (memory.input(0), memory.input(1), memory.input(2), memory.input(3))
            let variance = memory.output(0)
            return LoopKernel { _ in
                let share = Double(ones[0])
                for channel in 0..<channels {
                    let distance = Double(own[channel]) / share - Double(mean[channel])
                    variance[channel] = Float(Double(squares[channel]) + all * share * distance * distance / (all - 1))
                }
            }
        }
    }
}

extension NormalizationGradientSums: ComputableOperation, KernelImplementation {
    /// In the layout of x. Reads ∂y and x once; behind a ReLU also y.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let loop = NormalizationLoop(over: request.inputs[1].layout, request.instructions)
        let perChannel = Layout.plain([loop.channels])
        let rectifies = forward.tail.rectifies
        return KernelChoice(
            inputs: [loop.layout, loop.layout, perChannel, perChannel] + (rectifies ? [loop.layout] : []),
            outputs: [perChannel, perChannel], scratchpadBytes: loop.scratchpadBytes, reuse: [nil, nil], origin: .loop,
            implementation: loop.implementation
        ) { [forward] memory in
            let (dy, x, mean, variance) = (memory.input(0), memory.input(1), memory.input(2), memory.input(3))
            let y = rectifies ? UnsafePointer(memory.input(4)) : nil
            let (dscale, dshift, scratchpad) = (memory.output(0), memory.output(1), memory.scratchpad)
            return LoopKernel { _ in
                let columns = loop.columns(in: scratchpad)
                columns.mean.update(from: mean, count: loop.channels)
                loop.addGradientSums(dy, x, where: y, columns)
                for channel in 0..<loop.channels {
                    let inverse = forward.inverse(ofVariance: variance[channel])
                    dscale[channel] = Float(columns.products[channel] * inverse)
                    dshift[channel] = Float(columns.sums[channel])
                }
            }
        }
    }
}

extension SynchronizedNormalizationGradient: ComputableOperation, KernelImplementation {
    /// In the layout of x. Reads ∂y and x, behind a ReLU also y, and writes ∂x.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let loop = NormalizationLoop(over: request.inputs[1].layout, request.instructions)
        let perChannel = Layout.plain([loop.channels])
        let (tail, all) = (forward.tail, Double(forward.valuesPerChannel ?? 1))
        let writesShortcut = tail.addsShortcut && tail.rectifies
        return KernelChoice(
            inputs: [loop.layout, loop.layout] + Array(repeating: perChannel, count: 5) + (tail.rectifies ? [loop.layout] : []),
            outputs: [loop.layout] + (writesShortcut ? [loop.layout] : []), scratchpadBytes: loop.scratchpadBytes,
            reuse: [writesShortcut ? 1 : 0] + (writesShortcut ? [0] : []), origin: .loop, implementation: loop.implementation
        ) { [forward] memory in
            let (dy, x, scale, mean, variance) = (
                memory.input(0), memory.input(1), memory.input(2), memory.input(3), memory.input(4)
            )
            let (scaleSum, shiftSum) = (memory.input(5), memory.input(6))
            let y = tail.rectifies ? UnsafePointer(memory.input(7)) : nil
            let (dx, dz) = (memory.output(0), writesShortcut ? memory.output(1) : nil)
            let scratchpad = memory.scratchpad
            return LoopKernel { _ in
                let columns = loop.columns(in: scratchpad)
                columns.mean.update(from: mean, count: loop.channels)
                for channel in 0..<loop.channels {
                    let inverse = forward.inverse(ofVariance: variance[channel])
                    columns.factor[channel] = Float(Double(scale[channel]) * inverse)
                    columns.offset[channel] = Float(Double(shiftSum[channel]) / all)
                    columns.slope[channel] = Float(Double(scaleSum[channel]) / all * inverse)
                }
                loop.writeGradient(dy, x, where: y, columns, into: dx, dz)
            }
        }
    }
}

extension Normalization {
    /// 1 / √(variance + ε)
    fileprivate func inverse(ofVariance variance: Float) -> Double {
        1 / (Double(variance) * varianceFactor + Double(epsilon)).squareRoot()
    }
}
