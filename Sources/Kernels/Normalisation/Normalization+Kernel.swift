package import KernelChoices
import Layouts
package import Networks
import Tensors

extension Normalization: ComputableOperation, KernelImplementation {
    /// In the layout of x, which it reads once.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let loop = NormalizationLoop(over: request.inputs[0].layout, request.instructions)
        let perChannel = Layout.plain([loop.channels])
        return KernelChoice(
            inputs: [loop.layout, perChannel, perChannel, perChannel, perChannel] + (tail.addsShortcut ? [loop.layout] : []),
            outputs: [loop.layout], scratchpadBytes: loop.scratchpadBytes, reuse: [0], origin: .loop,
            implementation: loop.implementation
        ) { [epsilon, tail, varianceFactor] memory in
            let (x, scale, shift, y) = (memory.input(0), memory.input(1), memory.input(2), memory.output(0))
            let (mean, variance) = (memory.input(3), memory.input(4))
            let shortcut = tail.addsShortcut ? UnsafePointer(memory.input(5)) : nil
            let scratchpad = memory.scratchpad
            return LoopKernel { _ in
                let columns = loop.columns(in: scratchpad)
                for channel in 0..<loop.channels {
                    columns.mean[channel] = mean[channel]
                    columns.factor[channel] = Float(
                        Double(scale[channel]) / (Double(variance[channel]) * varianceFactor + Double(epsilon)).squareRoot())
                    columns.offset[channel] = shift[channel]
                }
                loop.normalize(x, columns, shortcut: shortcut, rectifies: tail.rectifies, into: y)
            }
        }
    }
}

extension NormalizationGradient: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        request.normalizationGradient(forward.tail, epsilon: forward.epsilon, shareOfBatch: nil)
    }
}
