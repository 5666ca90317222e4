/// Under which other names than a network's own files of weights may hold its parameters.
///
///     let names = WeightNames(ofNetwork: "alexnet-torchvision")
///     names.parameter(ofTensor: "fc6.weight")  // "classifier.1.weight"
public struct WeightNames: Sendable, Hashable {
    /// Layers by the names that files have for them.
    private let layers: [String: String]

    /// The names that the files of `network` may have; none but its own where no other are known.
    public init(ofNetwork network: String) {
        layers = Self.known[network] ?? [:]
    }

    /// The parameter that a tensor of a file is: the tensor's own name where that is no other one of a layer.
    public func parameter(ofTensor name: String) -> String {
        guard let dot = name.lastIndex(of: "."), let layer = layers[String(name[..<dot])] else { return name }
        return layer + name[dot...]
    }

    /// What training wrappers put before every name: PyTorch's DistributedDataParallel and DataParallel, its compiler, and the attribute
    /// that a network commonly is in a larger module.
    private static let wrappers = ["module.", "_orig_mod.", "model.", "network.", "net."]

    /// What stands before all of `names` and belongs to no parameter: `module.` where every name begins so. Empty where nothing does.
    public static func commonPrefix(of names: [String]) -> String {
        var prefix = ""
        guard !names.isEmpty else { return prefix }
        while let next = wrappers.first(where: { wrapper in names.allSatisfy { $0.hasPrefix(prefix + wrapper) } }) {
            prefix += next
        }
        return prefix
    }

    /// What partrain's checkpoints had before this network took torchvision's names for its layers.
    private static let known = [
        "alexnet-torchvision": [
            "conv1": "features.0", "conv2": "features.3", "conv3": "features.6", "conv4": "features.8", "conv5": "features.10",
            "fc6": "classifier.1", "fc7": "classifier.4", "fc8": "classifier.6",
        ]
    ]
}
