/// What can be wrong with the wish for a network.
public enum ModelZooError: Error, Sendable, Hashable, CustomStringConvertible {
    /// No network has that name; `nearest` are the known ones, the most similar first.
    case unknownName(String, nearest: [String])
    /// The network cannot tell so many classes apart.
    case classes(network: String, asked: Int, possible: String)

    public var description: String {
        switch self {
        case .unknownName(let name, let nearest):
            "no network is named \(name); did you mean \(nearest.joined(separator: " or "))?"
                + " All of them: \(ModelZoo.names.joined(separator: ", "))"
        case .classes(let network, let asked, let possible):
            "\(network) cannot tell \(asked) classes apart: it has \(possible)"
        }
    }
}
