import ModelZoo
import Networks
import Tensors

/// What to do about weights that do not fit: only what works when it is done.
struct WeightsRemedy {
    /// The file's tensors by their own names.
    let tensors: [(name: String, shape: Shape)]
    let network: String
    /// That was asked for, instead of the network's own.
    let inputSize: Int?
    /// Of the network.
    let parameters: [Parameter]
    /// How many of the network's parameters the file has.
    let fitting: Int
    let purpose: InitialWeights.Purpose

    var sentence: String {
        var remedies: [String] = []
        if purpose == .training, fitting > 0 {
            remedies.append(
                "--init-partial to take the \(fitting) of \(parameters.count) parameters that fit and begin the others from the seed"
            )
        }
        if let owner { remedies.append(flags(owner)) }
        return remedies.isEmpty ? "give weights of \(network)" : "give " + remedies.joined(separator: ", or ")
    }

    private func flags(_ owner: Owner) -> String {
        let name = owner.model == network ? "" : "--model \(owner.model) "
        let size = owner.inputSize == inputSize ? "" : ", and no --input-size,"
        return name + "--classes \(owner.classes)\(size) to train or apply the network that the file belongs to"
    }

    private struct Owner {
        let model: String
        let classes: Int
        let inputSize: Int?
    }

    /// The shipped network of which the file has every parameter and nothing else, for images of the size that was asked for, or of its own.
    /// Where a data set must fit, too, not one of fewer classes than it has.
    private var owner: Owner? {
        let order = [network] + ModelZoo.names.filter { $0 != network }
        let sizes = inputSize.map { [$0, nil] } ?? [nil]
        for (model, size) in order.flatMap({ model in sizes.map { (model, $0) } }) {
            let names = WeightNames(ofNetwork: model)
            let renamed = tensors.map { (name: names.parameter(ofTensor: $0.name), shape: $0.shape) }
            guard let own = try? Self.parameters(of: model, classes: nil, inputSize: size), let last = own.last,
                let head = renamed.first(where: { $0.name == last.name }), head.shape.rank > 0
            else { continue }
            // A network whose last parameter is not of its classes has as many as it was published with.
            let published = (try? ModelZoo.network(named: model).classCount()) ?? 0
            let classes = last.shape[0] == published ? head.shape[0] : published
            guard classes > 0, let fitted = try? Self.parameters(of: model, classes: classes, inputSize: size),
                NamedWeights.Comparison(of: renamed, with: fitted).isExact, purpose == .prediction || classes >= leastClasses
            else { continue }
            return Owner(model: model, classes: classes, inputSize: size)
        }
        return nil
    }

    /// The classes that the network was made for: the data set's, unless more were asked for.
    private var leastClasses: Int { parameters.last.map { $0.shape.rank > 0 ? $0.shape[0] : 0 } ?? 0 }

    private static func parameters(of model: String, classes: Int?, inputSize: Int?) throws -> [Parameter] {
        try ModelZoo.network(named: model, classes: classes, inputSize: inputSize).graph(batchSize: 1, purpose: .inference)
            .parameters
    }
}
