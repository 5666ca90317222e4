public import Checkpoints
public import Configuration
import KernelChoices
import Kernels
import ModelZoo
package import Networks
package import Tensors

/// A run as a checkpoint holds it, ready to go on.
public struct SavedRun: Sendable {
    /// The checkpoint's file.
    public let path: String
    /// The settings that the run had, with every gap filled.
    public let configuration: TrainingConfiguration
    let state: RunState
    private let checkpoint: Checkpoint
    /// What the checkpoint says of itself beside its tensors.
    var metadata: [String: String] { checkpoint.metadata }
    /// The optimizer's tensors.
    private let states: [Checkpoint.NamedTensor]
    private let weights: [Checkpoint.NamedTensor]

    /// The kernels that it was computed with.
    var kernels: KernelTable { KernelRecord.table(checkpoint.metadata["kernels"] ?? "") }

    /// Where it was computed; nil where it does not say.
    var platform: ComputePlatform? { PlatformRecord.platform(checkpoint.metadata) }

    /// Steps done.
    public var step: Int { state.step }

    /// The last step of which all metrics had been told.
    let toldStep: Int

    /// Takes a checkpoint that was read from `path`. Throws `TrainingError` where it lacks something that a run
    /// needs, `ConfigurationError` where its settings are none.
    public init(_ checkpoint: Checkpoint, path: String) throws {
        self.path = path
        self.checkpoint = checkpoint
        guard let text = checkpoint.metadata["configuration"] else {
            throw TrainingError.badCheckpoint(path: path, problem: "its metadata lack configuration")
        }
        var configuration = TrainingConfiguration()
        try ConfigurationFile(path: "\(path), configuration", text: text).apply(to: &configuration)
        configuration.fillInOlderChoices(LearntData(checkpoint.metadata))
        self.configuration = configuration
        do throws(MissingEntry) {
            guard NumberBounds.steps.range.contains(max(checkpoint.step, 1)) else { throw MissingEntry(name: "step") }
            toldStep = try checkpoint.metadata.number("told_step")
            guard (0...checkpoint.step).contains(toldStep) else { throw MissingEntry(name: "told_step") }
            state = try RunState(step: checkpoint.step, checkpoint.metadata)
        } catch {
            throw TrainingError.badCheckpoint(
                path: path, problem: "its metadata lack \(error.name), or have a number there that no run saves")
        }
        weights = checkpoint.tensors.filter { !$0.name.hasPrefix(RunSnapshot.optimizerPrefix) }
        states = checkpoint.tensors.filter { $0.name.hasPrefix(RunSnapshot.optimizerPrefix) }
    }

    /// The weights and the optimizer's slots, in the order of a network's parameters.
    package func tensors(
        for parameters: [Parameter], slots: [String]
    ) throws(TrainingError) -> (values: [HostTensor], slots: [[HostTensor]]) {
        let values = try ordered(weights, parameters)
        return (values, try slots.map { slot throws(TrainingError) in try ordered(state(slot), parameters) })
    }

    /// One of the optimizer's slots, under the parameters' names.
    private func state(_ slot: String) -> [Checkpoint.NamedTensor] {
        let prefix = RunSnapshot.prefix(ofSlot: slot)
        return states.filter { $0.name.hasPrefix(prefix) }
            .map { Checkpoint.NamedTensor(String($0.name.dropFirst(prefix.count)), $0.tensor) }
    }

    private func ordered(
        _ tensors: [Checkpoint.NamedTensor], _ parameters: [Parameter]
    ) throws(TrainingError) -> [HostTensor] {
        let names = WeightNames(ofNetwork: configuration.model)
        let named = tensors.map { (name: names.parameter(ofTensor: $0.name), tensor: $0.tensor) }
        try NamedWeights(path: path, network: configuration.model, shapes: named.map { ($0.name, $0.tensor.shape) })
            .check(parameters) { "resume another checkpoint" }
        let byName = Dictionary(named) { first, _ in first }
        return parameters.compactMap { byName[$0.name] }
    }

    /// Throws where the run has done more steps than it is to have.
    func checkLength(_ data: DataReport) throws(ConfigurationError) {
        guard state.step <= data.totalSteps else {
            throw .contradiction(
                "\(path) has done \(state.step) steps, and the run is to have \(data.totalSteps); give more --steps or --epochs")
        }
    }
}
