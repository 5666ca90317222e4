import Checkpoints
import Configuration
import KernelChoices
import Kernels
import Networks
import Sessions
import Tensors

/// A run between two steps, to be saved.
struct RunSnapshot {
    let configuration: TrainingConfiguration
    let plan: DataReport
    let learnt: LearntData
    let state: RunState
    /// The last step of which all metrics have been told: an epoch's last step is told with its validation.
    let toldStep: Int
    /// Whose weights and optimizer's state, whole, whoever holds them.
    let session: TrainingSession
    /// Which kernels computed them.
    let kernels: KernelTable

    /// What stands before the names of the optimizer's tensors.
    static let optimizerPrefix = "optimizer."

    /// What stands before a parameter's name where one of the optimizer's slots of it is meant: `optimizer.momentum.`.
    static func prefix(ofSlot slot: String) -> String { optimizerPrefix + slot + "." }

    /// Nothing in it tells how many devices there were, but for the configuration, which a later run may change.
    /// Its tensors are taken from the session one after the other, as they are written.
    var checkpoint: CheckpointDraft {
        let parameters = session.parameters
        let weights = parameters.indices.map { index in
            Self.entry(parameters[index].name, parameters[index].shape) { [session] in
                try session.withValues(ofParameter: index, $0)
            }
        }
        let optimizer = session.optimizerSlots.enumerated().flatMap { slot, name in
            parameters.indices.map { index in
                Self.entry(Self.prefix(ofSlot: name) + parameters[index].name, parameters[index].shape) { [session] in
                    // Of weights that do not change the average is the weights.
                    if name == ExponentialAverage.slot, !session.parameters[index].isTrainable {
                        return try session.withValues(ofParameter: index, $0)
                    }
                    return try session.withOptimizerState(ofParameter: index, slot: slot, $0)
                }
            }
        }
        var metadata = state.entries.merging(learnt.entries) { first, _ in first }
        metadata["program"] = "partrain \(Release.version)"
        // Readers of PyTorch's look for it.
        metadata["format"] = "pt"
        metadata["configuration"] = configuration.yaml
        metadata["kernels"] = KernelRecord.text(kernels)
        metadata.merge(PlatformRecord.entries(.current)) { _, now in now }
        metadata["told_step"] = "\(toldStep)"
        metadata["seed"] = "\(configuration.seed)"
        metadata["micro_batches"] = configuration.microBatches.map { "\($0)" }
        metadata["data.epoch"] = "\(state.step / plan.stepsPerEpoch)"
        metadata["data.batch"] = "\(state.step % plan.stepsPerEpoch)"
        metadata[SavedRun.DataKey.classes] = "\(plan.classCount)"
        metadata[SavedRun.DataKey.trainingExamples] = "\(plan.trainingExamples)"
        metadata[SavedRun.DataKey.validationExamples] = "\(plan.validationExamples)"
        metadata[SavedRun.DataKey.identity] = plan.identity.text
        metadata[SavedRun.DataKey.digest] = plan.digest
        return CheckpointDraft(step: state.step, score: state.topOne, tensors: weights + optimizer, metadata: metadata)
    }

    private static func entry(
        _ name: String, _ shape: Shape,
        _ read: @escaping ((UnsafeBufferPointer<Float>) throws -> Void) throws -> Void
    ) -> CheckpointDraft.Entry {
        CheckpointDraft.Entry(name, shape) { (body) throws(CheckpointError) in
            do {
                try read(body)
            } catch let error as CheckpointError {
                throw error
            } catch {
                throw .unavailable(tensor: name, reason: "\(error)")
            }
        }
    }
}
