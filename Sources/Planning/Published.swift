package import Parallelism

/// Something of a worker's that others read, by name: known before there is any memory.
package enum Published: Hashable, Sendable {
    /// The source of a collective, by its place among a plan's instructions.
    case exchange(PlanPurpose, instruction: Int, microStep: Int, worker: Int)
    /// A worker's partial sum over its micro-batches, by the first term in it.
    case partialSum(BatchSum, worker: Int, first: Int)
    /// The sums of the squares of a worker's part of a parameter's gradient and of the parameter.
    case squares(parameter: Int, worker: Int)
    /// A device's copy of a parameter.
    case parameter(Int, device: Int)

    /// Whose it is; nil for what the lanes of a device share.
    package var worker: Int? {
        switch self {
        case .exchange(_, _, _, let worker), .partialSum(_, let worker, _), .squares(_, let worker): worker
        case .parameter: nil
        }
    }
}
