public import JSONText
import Networks
import Tensors

/// What a run took of a file of weights, and what not.
public struct WeightsReport: Sendable, Hashable {
    /// The file.
    public let path: String
    /// Parameters that begin with the file's values, each with the file's name for it where that is another.
    public let taken: [String]
    /// Parameters that begin from the seed, with their shapes, since the file has none of the name.
    public let missing: [String]
    /// Parameters that begin from the seed since the file's have other shapes, with both.
    public let misshaped: [String]
    /// Tensors of the file that are not used, with their shapes.
    public let unused: [String]

    /// Whether the file has the network's parameters by their names, and nothing else.
    let isPlain: Bool

    /// Counts with the first names of each kind; nil where all is as anybody would expect.
    package var sentence: String? {
        guard !isPlain else { return nil }
        let all = taken.count + missing.count + misshaped.count
        let parts = [
            ("begun from the seed, as the file lacks them", missing),
            ("begun from the seed, as they have another shape there", misshaped), ("not used of the file", unused),
        ]
        return
            (["\(path) gives \(taken.count) of \(all) parameters: \(NameList.text(taken))"]
            + parts.filter { !$0.1.isEmpty }.map { "\($0.0): \($0.1.count) (\(NameList.text($0.1)))" }).joined(separator: "; ")
    }

    /// Every name.
    public var json: JSONValue {
        .members([
            "taken": taken, "missing": missing, "misshaped": misshaped, "unused": unused,
        ])
    }
}

extension WeightsReport {
    init(
        path: String, _ comparison: NamedWeights.Comparison, of tensors: [MappedTensors.Tensor], for parameters: [Parameter],
        isMapped: Bool
    ) {
        self.path = path
        let owners = Dictionary(tensors.compactMap { tensor in tensor.parameter.map { ($0, tensor.own) } }) { first, _ in first }
        taken = parameters.map(\.name).filter(comparison.fitting.contains).map { name in
            guard isMapped, let own = owners[name], own != name else { return name }
            return "\(name) (\(own) there)"
        }
        missing = comparison.missing
        misshaped = comparison.misshaped
        unused = comparison.extra + tensors.filter { $0.parameter == nil }.map { "\($0.own) \($0.shape)" }
        isPlain = comparison.isExact && !isMapped
    }
}
