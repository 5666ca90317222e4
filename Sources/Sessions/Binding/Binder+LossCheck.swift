import KernelChoices
import Networks
import Parallelism
import Planning

extension Binder {
    /// A kernel of a training plan that also looks at its losses where it computes some.
    func checked(_ kernel: any Kernel, outputs: [UnboundPlan.BufferID]) -> any Kernel {
        guard purpose == .training else { return kernel }
        return unbound.results.filter { outputs.contains($0.buffer) }.reduce(kernel) { kernel, result in
            guard case .loss = placed.graph.outputs[result.output].role else { return kernel }
            let count = unbound.buffers[result.buffer.index].byteCount / MemoryLayout<Float>.stride
            return LossCheckKernel(kernel, losses: numbers(result.buffer), count: count)
        }
    }
}
