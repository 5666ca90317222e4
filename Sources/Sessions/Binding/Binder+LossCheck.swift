import Kernels
import Planning

extension Binder {
    /// A kernel of a training plan that also looks at its losses where it computes some.
    func checked(_ kernel: any Kernel, outputs: [UnboundPlan.BufferID]) -> any Kernel {
        guard purpose == .training, let result = unbound.results.first(where: { outputs.contains($0.losses) }) else {
            return kernel
        }
        let count = unbound.buffers[result.losses.index].byteCount / MemoryLayout<Float>.stride
        return LossCheckKernel(kernel, losses: numbers(result.losses), count: count)
    }
}
