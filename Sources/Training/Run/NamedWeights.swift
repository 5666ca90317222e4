import Networks
import Tensors

/// Holds the tensors of a file to the parameters of a network, by name and shape.
struct NamedWeights {
    /// The file, for messages.
    let path: String
    let network: String
    /// What the file has.
    let shapes: [(name: String, shape: Shape)]

    /// Throws `TrainingError.weightsDoNotFit` with every name that is missing, too many or of another shape.
    func check(_ parameters: [Parameter]) throws(TrainingError) {
        let found = Dictionary(shapes.map { ($0.name, $0.shape) }) { first, _ in first }
        let wanted = Set(parameters.map(\.name))
        let missing = parameters.filter { found[$0.name] == nil }.map { "\($0.name) \($0.shape)" }
        let extra = shapes.filter { !wanted.contains($0.name) }.map { "\($0.name) \($0.shape)" }
        let misshaped = parameters.compactMap { parameter in
            found[parameter.name].flatMap { $0 == parameter.shape ? nil : "\(parameter.name) \($0), not \(parameter.shape)" }
        }
        guard missing.isEmpty, extra.isEmpty, misshaped.isEmpty else {
            throw .weightsDoNotFit(path: path, network: network, missing: missing, extra: extra, misshaped: misshaped)
        }
    }
}
