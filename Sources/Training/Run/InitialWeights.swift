import Checkpoints
public import Networks
import Tensors

/// Weights that a run begins with instead of those that follow from its seed.
public struct InitialWeights: Sendable {
    public let path: String
    /// In the order of the network's parameters.
    let values: [HostTensor]

    /// Reads the weights of `parameters` from a safetensors file: a checkpoint's, of which everything else is left out, or
    /// another program's.
    ///
    /// Throws `TrainingError.weightsDoNotFit` where names or shapes differ, `CheckpointError` where the file is missing or
    /// damaged.
    public init(path: String, for parameters: [Parameter], of network: String) throws {
        let file = try SafeTensorsFile(path: path)
        let entries = file.header.entries.filter { !(file.isCheckpoint && $0.name.hasPrefix(RunSnapshot.velocityPrefix)) }
        try NamedWeights(path: path, network: network, shapes: entries.map { ($0.name, $0.shape) }).check(parameters)
        self.path = path
        if file.isCheckpoint {
            // Read whole, so that its checksum is held to.
            let checkpoint = try Checkpoint(file)
            values = parameters.compactMap { checkpoint.tensor(named: $0.name) }
        } else {
            values = try parameters.map { try file.tensor(named: $0.name) }
        }
    }
}
