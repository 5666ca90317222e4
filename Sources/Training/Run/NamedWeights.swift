import Networks
import Tensors

/// Holds the tensors of a file to the parameters of a network, by name and shape.
struct NamedWeights {
    /// The file, for messages.
    let path: String
    let network: String
    /// What the file has.
    let shapes: [(name: String, shape: Shape)]

    /// Of a run's own file, whose names are the network's.
    init(path: String, network: String, shapes: [(name: String, shape: Shape)]) {
        (self.path, self.network, self.shapes) = (path, network, shapes)
    }

    /// Of those tensors that are to be parameters.
    init(path: String, network: String, _ tensors: [MappedTensors.Tensor]) {
        self.init(
            path: path, network: network,
            shapes: tensors.compactMap { tensor in tensor.parameter.map { ($0, tensor.shape) } })
    }

    /// Throws `TrainingError.weightsDoNotFit` with every name that is missing, too many or of another shape.
    /// - Parameter remedy: what somebody can do about it, worked out only where it is wanted.
    func check(_ parameters: [Parameter], remedy: () -> String) throws(TrainingError) {
        let comparison = Comparison(of: shapes, with: parameters)
        guard comparison.isExact else {
            throw .weightsDoNotFit(
                path: path, network: network, missing: comparison.missing, extra: comparison.extra,
                misshaped: comparison.misshaped, remedy: remedy())
        }
    }

    /// What fits and what does not: names with shapes.
    struct Comparison {
        /// Names of parameters.
        let fitting: Set<String>
        let missing: [String]
        let extra: [String]
        let misshaped: [String]

        init(of shapes: [(name: String, shape: Shape)], with parameters: [Parameter]) {
            // A number alone has no axes in PyTorch.
            let found = Dictionary(shapes.map { ($0.name, $0.shape.rank == 0 ? [1] : $0.shape) }) { first, _ in first }
            let wanted = Set(parameters.map(\.name))
            fitting = Set(parameters.filter { found[$0.name] == $0.shape }.map(\.name))
            missing = parameters.filter { found[$0.name] == nil }.map { "\($0.name) \($0.shape)" }
            extra = shapes.filter { !wanted.contains($0.name) }.map { "\($0.name) \($0.shape)" }
            misshaped = parameters.compactMap { parameter in
                found[parameter.name].flatMap { $0 == parameter.shape ? nil : "\(parameter.name) \($0), not \(parameter.shape)" }
            }
        }

        var isExact: Bool { missing.isEmpty && extra.isEmpty && misshaped.isEmpty }
    }
}
