import Checkpoints
public import Configuration
import ModelZoo
public import Networks
import Sessions
package import Tensors

/// Weights that a run begins with instead of those that follow from its seed.
public struct InitialWeights: Sendable {
    /// What they are for, which decides what may be advised.
    public enum Purpose: Sendable, Hashable {
        case training
        /// Training that takes of the file what fits.
        case partialTraining
        case prediction
    }

    public let path: String
    /// What was taken over, what not, and from where its values come instead.
    public let report: WeightsReport
    /// In the order of the network's parameters; nil for those that begin from the seed.
    private let values: [HostTensor?]

    /// Reads the weights of `parameters` from a safetensors file: a checkpoint's, of which everything else is left out, or
    /// another program's, whose names `WeightNames` knows.
    ///
    /// Throws `TrainingError.weightsDoNotFit` where names or shapes differ (in a partial training, where no weights fit),
    /// `ConfigurationError` where a mapping is of layers that are not there or do not fit each other, and
    /// `CheckpointError` where the file is missing or damaged, or holds values that are not finite.
    /// - Parameters:
    ///   - inputSize: rows and columns of the images that the network takes, where they are not its own.
    ///   - mappings: layers that the network calls otherwise than the file.
    public init(
        path: String, for parameters: [Parameter], of network: String, inputSize: Int? = nil, purpose: Purpose,
        mappings: [LayerMapping] = []
    ) throws {
        let file = try SafeTensorsFile(path: path)
        let entries = file.header.entries.filter { !(file.isCheckpoint && $0.name.hasPrefix(RunSnapshot.optimizerPrefix)) }
        let prefix = WeightNames.commonPrefix(of: entries.map(\.name))
        let tensors = entries.map { (name: String($0.name.dropFirst(prefix.count)), shape: $0.shape) }
        let mapped = try MappedTensors(tensors, of: path, names: WeightNames(ofNetwork: network), mappings: mappings)
        let named = NamedWeights(path: path, network: network, mapped.tensors)
        let comparison = NamedWeights.Comparison(of: named.shapes, with: parameters)
        let hasWeights = parameters.contains { $0.isTrainable && comparison.fitting.contains($0.name) }
        try mapped.check(against: Dictionary(parameters.map { ($0.name, $0.shape) }) { first, _ in first }, of: network)
        if purpose != .partialTraining || !hasWeights {
            try named.check(parameters) {
                WeightsRemedy(
                    tensors: tensors, network: network, inputSize: inputSize, parameters: parameters,
                    fitting: comparison.fitting.count,
                    purpose: purpose
                ).sentence
            }
        }
        self.path = path
        report = WeightsReport(path: path, comparison, of: mapped.tensors, for: parameters, isMapped: !mappings.isEmpty)
        let places = Dictionary(
            zip(mapped.tensors, entries).compactMap { tensor, entry in tensor.parameter.map { ($0, entry.name) } }
        ) { first, _ in first }
        let averagePrefix = RunSnapshot.prefix(ofSlot: ExponentialAverage.slot)
        // A checkpoint is read whole, so that its checksum is held to.
        let checkpoint = file.isCheckpoint ? try Checkpoint(file) : nil
        values = try parameters.map { parameter in
            guard comparison.fitting.contains(parameter.name), let place = places[parameter.name] else { return nil }
            // What a run has evaluated are the averages, where it keeps some.
            let average = purpose == .prediction ? checkpoint?.tensor(named: averagePrefix + place) : nil
            let tensor = try average ?? checkpoint?.tensor(named: place) ?? file.tensor(named: place)
            if let bad = tensor.values.firstIndex(where: { !$0.isFinite }) {
                throw CheckpointError.bad(
                    path: path, problem: "element \(bad) of \(place) is \(tensor.values[bad])",
                    remedy: "give weights of a training that has not run away")
            }
            return HostTensor(parameter.shape, tensor.values)
        }
    }

    /// All values, in the order of the network's parameters: those of the file, and the others as they follow from the seed.
    package func values(of parameters: [Parameter], seed: UInt64) async -> [HostTensor] {
        var all: [HostTensor] = []
        for (index, (value, parameter)) in zip(values, parameters).enumerated() {
            if let value {
                all.append(value)
            } else {
                all.append(await InitialParameters.values(of: parameter, number: index, seed: seed))
            }
        }
        return all
    }
}
