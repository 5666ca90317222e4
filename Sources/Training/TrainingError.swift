public import Planning

/// Why a training run cannot begin or go on. Every message names the file, the image or the step, and what to do about it.
public enum TrainingError: Error, Sendable, Hashable {
    /// Nothing to go on from.
    case missingFile(path: String, remedy: String)
    /// A checkpoint in order as a file, but without something that a run needs.
    case badCheckpoint(path: String, problem: String)
    /// Weights of another network: names with shapes.
    case weightsDoNotFit(
        path: String, network: String, missing: [String], extra: [String], misshaped: [String], remedy: String)
    /// The run ended before its time because it was asked to; `checkpoint` is what it can go on from, if it left anything.
    case stopped(step: Int, totalSteps: Int, checkpoint: String?)
    /// A run that would not fit into memory, refused before it takes any.
    case memory(MemoryRefusal)
    /// A step whose numbers are not finite any more.
    case diverged(NonFiniteValue, learningRate: Double)
    /// An image of which the network says nothing finite.
    case notPredicted(image: String, NonFiniteValue)
}

extension TrainingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missingFile(let path, let remedy):
            "\(path) \(remedy)"
        case .badCheckpoint(let path, let problem):
            "\(path): \(problem); resume another checkpoint, or take only its weights with --init-from"
        case .weightsDoNotFit(let path, let network, let missing, let extra, let misshaped, let remedy):
            "the weights of \(path) do not fit \(network): "
                + [("missing", missing), ("not in the network", extra), ("of another shape", misshaped)]
                .filter { !$0.1.isEmpty }.map { "\($0.0): \(Self.list($0.1))" }.joined(separator: "; ")
                + "; \(remedy)"
        case .stopped(let step, let totalSteps, let checkpoint):
            "stopped after step \(step) of \(totalSteps), "
                + (checkpoint.map { "saved in \($0)" } ?? "and nothing is saved, as the run leaves nothing behind")
        case .memory(let refusal):
            "\(refusal)"
        case .notPredicted(let image, let value):
            "\(image): \(value): there is no prediction; give weights of a training that has not run away"
        case .diverged(let value, let learningRate):
            "\(value): the weights have run away; lower --learning-rate (it was \(learningRate)) or raise --warmup-steps"
        }
    }

    /// The first few of what may be many.
    private static func list(_ names: [String]) -> String {
        let most = 8
        return names.prefix(most).joined(separator: ", ") + (names.count > most ? " and \(names.count - most) more" : "")
    }
}
