public import KernelChoices
import Kernels
public import Networks
import OneDNN
public import Parallelism
public import Planning
public import Topology

extension SessionMemoryPlan {
    /// Plans as `TrainingSession` does, on the calling thread. Where kernels would have to be measured first, the choice that takes more
    /// is planned with: all of them standard, or none.
    ///
    /// - Parameter caches: those of the session; scratchpads depend on them.
    /// Throws `NetworkError`, `ParallelismError` or `ExecutionError`. Cost: creating every kernel once, milliseconds each.
    public init(
        _ network: Network, strategy: any Strategy, devices: Int, coresPerDevice: Int, batchSize: Int, microBatches: Int? = nil,
        rule: any UpdateRule = GradientDescent(), kernels: KernelSelection = .standard, precision: Precision = .f32,
        caches: CacheSizes = .ofThisMachine
    ) throws {
        guard precision.isSupported else { throw ExecutionError.precisionNotSupported(precision) }
        try self.init(
            network, strategy: strategy, devices: devices, coresPerDevice: coresPerDevice, batchSize: batchSize,
            microBatches: microBatches, rule: rule, kernels: kernels, precision: precision,
            engine: try Engine.forPlanning(caches: caches))
    }
}
