package import KernelChoices
import Layouts
package import Networks
import Tensors

extension BatchNormalization: ComputableOperation, KernelImplementation {
    /// In the layout of x. Reads x for its moments, then x again and writes y.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let loop = NormalizationLoop(over: request.inputs[0].layout, request.instructions)
        let count = Double(loop.valuesPerChannel)
        guard count > 1 else {
            throw NetworkError.shape(
                operation: name,
                expected:
                    "at least two values of each channel in a micro-batch, as one has no variance; take fewer micro-batches, "
                    + "a larger batch, or frozen statistics",
                actual: "\(request.inputs[0].type.shape)")
        }
        let share = Double(request.inputs[0].type.shape[0]) / Double(batchSize)
        let perChannel = Layout.plain([loop.channels])
        return KernelChoice(
            inputs: [loop.layout, perChannel, perChannel] + (tail.addsShortcut ? [loop.layout] : []),
            outputs: [loop.layout, perChannel, perChannel, .plain([1])], scratchpadBytes: loop.scratchpadBytes,
            reuse: [tail.addsShortcut ? 3 : 0, nil, nil, nil], origin: .loop, implementation: loop.implementation
        ) { [epsilon, tail] memory in
            let (x, scale, shift) = (memory.input(0), memory.input(1), memory.input(2))
            let shortcut = tail.addsShortcut ? UnsafePointer(memory.input(3)) : nil
            let (y, mean, variance, ones) = (memory.output(0), memory.output(1), memory.output(2), memory.output(3))
            let scratchpad = memory.scratchpad
            return LoopKernel { _ in
                let columns = loop.columns(in: scratchpad)
                loop.addMoments(of: x, columns)
                for channel in 0..<loop.channels {
                    let m = columns.sums[channel] / count
                    let biased = max(0, columns.products[channel] / count - m * m)
                    columns.mean[channel] = Float(m)
                    columns.factor[channel] = Float(Double(scale[channel]) / (biased + Double(epsilon)).squareRoot())
                    columns.offset[channel] = shift[channel]
                    mean[channel] = Float(m * share)
                    variance[channel] = Float(biased * count / (count - 1) * share)
                }
                ones[0] = Float(share)
                loop.normalize(x, columns, shortcut: shortcut, rectifies: tail.rectifies, into: y)
            }
        }
    }
}

extension BatchNormalizationGradient: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let share = Double(request.inputs[1].type.shape[0]) / Double(forward.batchSize)
        return request.normalizationGradient(forward.tail, epsilon: forward.epsilon, shareOfBatch: share)
    }
}

extension KernelRequest {
    /// In the layout of x. Reads ∂y and x for two sums, then both again and writes ∂x; behind a ReLU also y, twice.
    ///
    /// - Parameter share: where the statistics are those of the micro-batch, its share of the batch; nil where they are given.
    func normalizationGradient(_ tail: NormalizationTail, epsilon: Float, shareOfBatch share: Double?) -> KernelChoice {
        let loop = NormalizationLoop(over: inputs[1].layout, instructions)
        let (perChannel, writesShortcut) = (Layout.plain([loop.channels]), tail.addsShortcut && tail.rectifies)
        return KernelChoice(
            inputs: [loop.layout, loop.layout] + [perChannel, perChannel, perChannel] + (tail.rectifies ? [loop.layout] : []),
            outputs: [loop.layout, perChannel, perChannel] + (writesShortcut ? [loop.layout] : []),
            scratchpadBytes: loop.scratchpadBytes, reuse: [writesShortcut ? 1 : 0, nil, nil] + (writesShortcut ? [0] : []),
            origin: .loop, implementation: loop.implementation
        ) { memory in
            let (dy, x, scale) = (memory.input(0), memory.input(1), memory.input(2))
            let (means, variances) = (memory.input(3), memory.input(4))
            let y = tail.rectifies ? UnsafePointer(memory.input(5)) : nil
            let (dx, dscale, dshift) = (memory.output(0), memory.output(1), memory.output(2))
            let dz = writesShortcut ? memory.output(3) : nil
            let (scratchpad, count) = (memory.scratchpad, Double(loop.valuesPerChannel))
            return LoopKernel { _ in
                let columns = loop.columns(in: scratchpad)
                for channel in 0..<loop.channels { columns.mean[channel] = Float(Double(means[channel]) / (share ?? 1)) }
                loop.addGradientSums(dy, x, where: y, columns)
                for channel in 0..<loop.channels {
                    let variance = Double(variances[channel])
                    let biased = share.map { variance / $0 * (count - 1) / count } ?? variance
                    let inverse = 1 / (biased + Double(epsilon)).squareRoot()
                    let (sum, product) = (columns.sums[channel], columns.products[channel])
                    dscale[channel] = Float(product * inverse)
                    dshift[channel] = Float(sum)
                    columns.factor[channel] = Float(Double(scale[channel]) * inverse)
                    guard share != nil else { continue }
                    columns.offset[channel] = Float(sum / count)
                    columns.slope[channel] = Float(product / count * inverse * inverse)
                }
                loop.writeGradient(dy, x, where: y, columns, into: dx, dz)
            }
        }
    }
}
