import Configuration
import ModelZoo
import Tensors

/// The tensors of a file of weights under the names that a network has for them.
struct MappedTensors {
    struct Tensor {
        /// In the file, without what training wrappers put before all names.
        let own: String
        let shape: Shape
        /// The network's parameter; nil where it was asked that the tensor be left out, or that another take its place.
        let parameter: String?
    }

    /// In the file's order.
    let tensors: [Tensor]
    private let path: String
    private let mappings: [LayerMapping]

    /// Each tensor follows the mapping of the smallest scope that it is in. One that follows none has its own name, as far as no mapping
    /// gives another layer's weights to that.
    ///
    /// Throws `ConfigurationError.contradiction` where a mapping is of a layer that the file does not have, and where two tensors would
    /// be one parameter.
    init(
        _ given: [(name: String, shape: Shape)], of path: String, names: WeightNames, mappings: [LayerMapping]
    ) throws(ConfigurationError) {
        self.path = path
        self.mappings = mappings
        tensors = given.map { tensor in
            guard let mapping = Self.mapping(of: tensor.name, among: mappings) else {
                let name = names.parameter(ofTensor: tensor.name)
                let isDisplaced = mappings.contains { $0.target.map { LayerMapping.isWithin(name, $0) } ?? false }
                return Tensor(own: tensor.name, shape: tensor.shape, parameter: isDisplaced ? nil : name)
            }
            let name = mapping.renamed(tensor.name) ?? ""
            return Tensor(own: tensor.name, shape: tensor.shape, parameter: name.isEmpty ? nil : name)
        }
        try checkSources()
        try checkTargets()
    }

    private static func mapping(of name: String, among mappings: [LayerMapping]) -> LayerMapping? {
        mappings.filter { $0.renamed(name) != nil }.max { $0.source.count < $1.source.count }
    }

    private func checkSources() throws(ConfigurationError) {
        for mapping in mappings where !tensors.contains(where: { Self.mapping(of: $0.own, among: mappings) == mapping }) {
            let names = tensors.map { $0.own.split(separator: ".").dropLast().joined(separator: ".") }
            let layers = names.reduce(into: [String]()) { if $0.last != $1 { $0.append($1) } }
            throw .contradiction(
                "init-map \(mapping): \(path) has no layer \(mapping.source) that another mapping does not take; it has "
                    + NameList.text(layers))
        }
    }

    private func checkTargets() throws(ConfigurationError) {
        var owners: [String: String] = [:]
        for tensor in tensors {
            guard let parameter = tensor.parameter else { continue }
            if let other = owners.updateValue(tensor.own, forKey: parameter), !mappings.isEmpty {
                throw .contradiction(
                    "init-map gives both \(other) and \(tensor.own) of \(path) to \(parameter); leave one of them out: "
                        + "\(tensor.own)=")
            }
        }
    }

    /// Throws `ConfigurationError.contradiction` where none of the weights that a mapping takes fits: a bias alone, which has as many numbers in
    /// many layers, is no layer.
    /// - Parameter shapes: the network's parameters.
    func check(against shapes: [String: Shape], of network: String) throws(ConfigurationError) {
        for mapping in mappings where mapping.target != nil {
            let all = tensors.filter { Self.mapping(of: $0.own, among: mappings) == mapping }
            let weights = all.filter { $0.shape.rank > 1 }
            let own = weights.isEmpty ? all : weights
            guard let first = own.first, let name = first.parameter,
                !own.contains(where: { tensor in
                    tensor.parameter.map { shapes[$0] == (tensor.shape.rank == 0 ? [1] : tensor.shape) } ?? false
                })
            else { continue }
            let problem = shapes[name].map { "\(name) of \(network) is \($0)" } ?? "\(network) has no \(name)"
            throw .contradiction(
                "init-map \(mapping): \(first.own) of \(path) is \(first.shape), and \(problem); `partrain summary --model \(network)` lists its layers"
            )
        }
    }
}

/// The first few names of what may be many.
enum NameList {
    static func text(_ names: [String]) -> String {
        let most = 5
        return names.prefix(most).joined(separator: ", ") + (names.count > most ? " and \(names.count - most) more" : "")
    }
}
