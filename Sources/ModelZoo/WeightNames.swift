/// Under which names the weight files of other programs hold a network's parameters.
///
///     let names = WeightNames(ofNetwork: "alexnet-torchvision")
///     names.parameter(ofTensor: "classifier.1.weight")  // "fc6.weight"
public struct WeightNames: Sendable, Hashable {
    /// Layers by the names that other programs have for them.
    private let layers: [String: String]

    /// The names that the files of `network` may have; none but its own where no other program is known to save it.
    public init(ofNetwork network: String) {
        layers = Self.known[network] ?? [:]
    }

    /// The parameter that a tensor of a file is: the tensor's own name where no other program calls one so.
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

    /// Places in `features` and `classifier`, the sequences of torchvision.models.AlexNet, in which layers without parameters count.
    private static let known = [
        "alexnet-torchvision": [
            "features.0": "conv1", "features.3": "conv2", "features.6": "conv3", "features.8": "conv4", "features.10": "conv5",
            "classifier.1": "fc6", "classifier.4": "fc7", "classifier.6": "fc8",
        ]
    ]
}
