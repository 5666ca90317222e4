public import Execution

/// Why a training run cannot begin or go on. Every message names the setting, the file or the step, and what to do about it.
public enum TrainingError: Error, Sendable, Hashable {
    /// A setting's value that cannot be; `place` is the flag, or the file with its line and the key, as it stands before the value.
    case setting(place: String, value: String, expectation: String)
    /// A key that no setting has, at `place`; `nearest` is the one it is most likely a slip of.
    case unknownKey(String, place: String, nearest: String?)
    /// Settings that exclude or contradict each other.
    case contradiction(String)
    case missingFile(path: String, remedy: String)
    /// A configuration file that is no YAML mapping of settings.
    case malformedFile(place: String, problem: String)
    /// A step whose numbers are not finite any more.
    case diverged(NonFiniteValue, learningRate: Double)
}

extension TrainingError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .setting(let place, let value, let expectation):
            "\(place) \(value.isEmpty ? "(nothing)" : value) is not possible; give \(expectation)"
        case .unknownKey(let key, let place, let nearest):
            "\(place): there is no setting \(key)" + (nearest.map { "; did you mean \($0)?" } ?? "")
                + " (`partrain --print-config` shows them all)"
        case .contradiction(let sentence):
            sentence
        case .missingFile(let path, let remedy):
            "\(path) \(remedy)"
        case .malformedFile(let place, let problem):
            "\(place): \(problem)"
        case .diverged(let value, let learningRate):
            "\(value): the weights have run away; lower --learning-rate (it was \(learningRate)) or raise --warmup-steps"
        }
    }
}
