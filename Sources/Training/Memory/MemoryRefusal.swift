import Configuration
import Datasets
import KernelChoices
import Kernels
import Networks
import Parallelism
public import Planning
import TextLayout
public import Topology

/// Why a run that would not fit into memory is not begun, and what would fit.
public struct MemoryRefusal: Sendable, Hashable {
    public enum Problem: Sendable, Hashable {
        /// More than `--device-memory` leaves a device.
        case device(DeviceMemoryShortage)
        /// More than a limit leaves the process.
        case process(need: Int, devices: Int, host: RunMemoryPlan.Host, limit: MemoryBudget.Limit)
    }

    public let problem: Problem
    /// Settings with which the same run would fit, each alone, as flags.
    public let remedies: [String]
}

extension MemoryRefusal: CustomStringConvertible {
    public var description: String {
        let what =
            switch problem {
            case .device(let shortage): "\(shortage) (--device-memory)"
            case .process(let need, let devices, let host, let limit):
                "the run would need \(ByteCount(need).rounded) of memory (devices \(ByteCount(devices).rounded), "
                    + host.kinds.filter { $0.bytes != 0 }.map { "\($0.name) \(ByteCount($0.bytes).rounded)" }
                    .joined(separator: ", ")
                    + "), and \(limit.source) leaves it \(ByteCount(limit.available).rounded) of \(ByteCount(limit.total).rounded)"
            }
        return what + "; "
            + (remedies.isEmpty
                ? "no smaller batch fits: give it more memory, or a smaller --model"
                : "what would fit: " + remedies.joined(separator: ", or "))
    }
}

extension TrainingPreparation {
    /// What memory the run will have at its fullest. Nothing is made but the plans.
    ///
    /// - Parameter resident: what the process has in memory without the run, bytes.
    public func memoryPlan(
        budget: MemoryBudget = .current, resident: Int = ProcessMemory.current.resident
    ) throws -> RunMemoryPlan {
        try memoryPlan(of: configuration, budget: budget, resident: resident)
    }

    /// What memory the run will have. Throws `TrainingError.memory` where that is more than it may have, with what would fit.
    func checkedMemoryPlan(budget: MemoryBudget = .current) throws -> RunMemoryPlan {
        let plan = try memoryPlan(budget: budget)
        if let refusal = refusal(of: plan) { throw TrainingError.memory(refusal) }
        return plan
    }

    /// Why a plan is refused; nil where it fits. Costs a plan for each remedy that is tried.
    public func refusal(of plan: RunMemoryPlan) -> MemoryRefusal? {
        let problem: MemoryRefusal.Problem
        if let shortage = plan.deviceShortage {
            problem = .device(shortage)
        } else if let limit = plan.exceededLimit {
            problem = .process(
                need: plan.total, devices: plan.total - plan.host.total, host: plan.host, limit: limit)
        } else {
            return nil
        }
        return MemoryRefusal(problem: problem, remedies: remedies(budget: plan.budget, resident: plan.resident))
    }

    private func memoryPlan(
        of configuration: TrainingConfiguration, budget: MemoryBudget, resident: Int
    ) throws -> RunMemoryPlan {
        let perEpoch = max(1, dataset.exampleCount(.training) / configuration.batchSize)
        let steps = try configuration.totalSteps(stepsPerEpoch: perEpoch)
        return try RunMemoryPlan(
            configuration, network: network.network, dataset: dataset,
            kernels: configuration.kernelSelection(cache: KernelCache(), saved: origin.kernels),
            steps: max(0, steps - origin.state.step), budget: budget, resident: resident)
    }

    /// Of each kind of change the least that makes the run fit.
    private func remedies(budget: MemoryBudget, resident: Int) -> [String] {
        func first(_ changes: [(flags: String, change: (inout TrainingConfiguration) -> Void)]) -> String? {
            changes.first { change in
                var changed = configuration
                change.change(&changed)
                // A change that cannot be placed is none.
                return (try? memoryPlan(of: changed, budget: budget, resident: resident))?.fits == true
            }?.flags
        }
        let batch = configuration.batchSize
        let devices = configuration.devices ?? 1
        let microBatches = configuration.microBatches ?? 1
        let batches = (1..<Int.bitWidth).map { batch >> $0 }.prefix { $0 > 0 }
        return [
            first([("--image-cache 0", { $0.imageCache = 0 })]),
            first(batches.map { (size: Int) in ("--batch-size \(size)", { $0.batchSize = size }) }),
            first(
                [2, 4, 8, 16].map { $0 * microBatches }.filter { $0 <= batch }.map { (count: Int) in
                    ("--micro-batches \(count)", { $0.microBatches = count })
                }),
            configuration.mode == .model
                ? first([("--devices \(2 * devices)", { $0.devices = 2 * devices })])
                : first(
                    [2, 4].map { (count: Int) in
                        (
                            "--mode model --devices \(count)",
                            { ($0.mode, $0.devices, $0.microBatches) = (.model, count, $0.coresPerDevice) }
                        )
                    }),
            configuration.precision == .f32 && Precision.bf16.isSupported
                ? first([("--precision bf16", { $0.precision = .bf16 })]) : nil,
        ].compactMap(\.self)
    }
}
