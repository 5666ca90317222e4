/// Why settings cannot hold. Every message names the setting or the file with its line, and what to do about it.
public enum ConfigurationError: Error, Sendable, Hashable {
    /// A setting's value that cannot be; `place` is the flag, or the file with its line and the key, as it stands before the value.
    case setting(place: String, value: String, expectation: String)
    /// A key that no setting has, at `place`; `nearest` is the one it is most likely a slip of.
    case unknownKey(String, place: String, nearest: String?)
    /// Settings that exclude or contradict each other, or what they name.
    case contradiction(String)
    /// A setting given to a run that goes on, with another value than it began with.
    case differs(place: String, value: String, saved: String, origin: String)
    case missingFile(path: String, remedy: String)
    /// A configuration file that is no YAML mapping of settings.
    case malformedFile(place: String, problem: String)
}

extension ConfigurationError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .setting(let place, let value, let expectation):
            "\(place) \(value.isEmpty ? "(nothing)" : value) is not possible; give \(expectation)"
        case .unknownKey(let key, let place, let nearest):
            "\(place): there is no setting \(key)" + (nearest.map { "; did you mean \($0)?" } ?? "")
                + " (`partrain --print-config` shows them all)"
        case .contradiction(let sentence):
            sentence
        case .differs(let place, let value, let saved, let origin):
            "\(place) \(value) differs from \(saved) in \(origin): a run that goes on learns as it began; leave the setting out, or "
                + "begin another run from the same weights with --init-from \(origin)"
        case .missingFile(let path, let remedy):
            "\(path) \(remedy)"
        case .malformedFile(let place, let problem):
            "\(place): \(problem)"
        }
    }
}
