import Checkpoints
import Execution
import Networks
import Tensors

/// A run between two steps, to be saved.
struct RunSnapshot {
    let configuration: TrainingConfiguration
    let plan: DataReport
    let state: RunState
    /// The last step of which all metrics have been told: an epoch's last step is told with its validation.
    let toldStep: Int
    let parameters: [Parameter]
    /// In the order of the parameters, whole, whoever holds them.
    let values: [HostTensor]
    /// The optimizer's velocities in the same order.
    let velocities: [HostTensor]
    /// Which kernels computed them.
    let kernels: KernelTable

    /// What stands before a parameter's name where its velocity is meant.
    static let velocityPrefix = "optimizer.momentum."

    /// Nothing in it tells how many devices there were, but for the configuration, which a later run may change.
    var checkpoint: Checkpoint {
        let weights = zip(parameters, values).map { Checkpoint.NamedTensor($0.name, $1) }
        let optimizer = zip(parameters, velocities).map { Checkpoint.NamedTensor(Self.velocityPrefix + $0.name, $1) }
        var metadata = state.entries
        metadata["program"] = "partrain \(Release.version)"
        // Readers of PyTorch's look for it.
        metadata["format"] = "pt"
        metadata["configuration"] = configuration.yaml
        metadata["kernels"] = KernelRecord.text(kernels)
        metadata["told_step"] = "\(toldStep)"
        metadata["seed"] = "\(configuration.seed)"
        metadata["shards"] = configuration.shards.map { "\($0)" }
        metadata["data.epoch"] = "\(state.step / plan.stepsPerEpoch)"
        metadata["data.batch"] = "\(state.step % plan.stepsPerEpoch)"
        metadata["data.classes"] = "\(plan.classCount)"
        metadata["data.training_examples"] = "\(plan.trainingExamples)"
        metadata["data.validation_examples"] = "\(plan.validationExamples)"
        return Checkpoint(step: state.step, score: state.topOne, tensors: weights + optimizer, metadata: metadata)
    }
}
