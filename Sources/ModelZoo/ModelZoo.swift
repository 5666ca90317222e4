public import Networks

/// The published networks that ship, by name.
public enum ModelZoo {
    /// A network that ships: what a list of them shows, and how it is made.
    public struct Entry: Sendable {
        public let name: String
        /// One line: form, input, parameters.
        public let summary: String
        public let defaultClasses: Int
        /// The most classes that it tells apart.
        public var mostClasses = ModelZoo.mostClasses
        let make: @Sendable (_ classes: Int) throws(ModelZooError) -> Network
    }

    /// Everything that ships, in the order in which lists show it.
    public static let entries: [Entry] =
        firstEntries + vggEntries + smallVGGEntries + networkInNetworkEntries + googLeNetEntries + inceptionEntries
        + highwayEntries
        + residualEntries
        + smallResidualEntries + denseNetEntries + mobileEntries + squeezeNetEntries

    private static let firstEntries: [Entry] = [
        Entry(
            name: "alexnet", summary: "as published in 2012, two columns; 3 × 227 × 227; 60,965,224 parameters",
            defaultClasses: 1000, make: { alexNet(classes: $0) }),
        Entry(
            name: "alexnet-small", summary: "AlexNet's form for quick runs; 3 × 67 × 67; 371,146 parameters",
            defaultClasses: 10, make: { alexNetSmall(classes: $0) }),
        Entry(
            name: "alexnet-simplified", summary: "AlexNet as lecture notes give it; 3 × 32 × 32; 8,581,514 parameters",
            defaultClasses: 10, make: { alexNetSimplified(classes: $0) }),
        Entry(
            name: "alexnet-torchvision", summary: "AlexNet as PyTorch users know it; 3 × 224 × 224; 61,100,840 parameters",
            defaultClasses: 1000, make: { alexNetTorchvision(classes: $0) }),
        Entry(
            name: "lenet5", summary: "LeNet-5 in today's form; 1 × 28 × 28; 61,706 parameters",
            defaultClasses: 10, make: { leNet5(classes: $0) }),
        Entry(
            name: "lenet5-1998", summary: "LeNet-5 as published in 1998; 1 × 32 × 32; 60,000 parameters",
            defaultClasses: 10, mostClasses: 10, make: { classes throws(ModelZooError) in try leNet5Of1998(classes: classes) }),
    ]

    /// The names of everything that ships.
    public static var names: [String] { entries.map(\.name) }

    /// The most classes of a network: more than any published set of images has.
    public static let mostClasses = 1 << 20

    /// The network of that name.
    ///
    /// - Parameters:
    ///   - classes: how many it tells apart; what it was published with if not given.
    ///   - inputSize: rows and columns of its images; the published ones if not given. Whether its layers have room for them shows when a
    ///     graph is made.
    /// - Throws: `unknownName` with the nearest known ones, `classes` where the network cannot tell so many apart.
    public static func network(
        named name: String, classes: Int? = nil, inputSize: Int? = nil
    ) throws(ModelZooError) -> Network {
        let entry = try entry(named: name)
        let classes = classes ?? entry.defaultClasses
        guard (1...mostClasses).contains(classes) else {
            throw .classes(network: name, asked: classes, possible: "at least 1 and at most \(mostClasses)")
        }
        let published = try entry.make(classes)
        return inputSize.map(published.taking(side:)) ?? published
    }

    /// What ships under that name. Throws `unknownName` with the nearest known ones.
    public static func entry(named name: String) throws(ModelZooError) -> Entry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            throw .unknownName(name, nearest: nearestNames(to: name))
        }
        return entry
    }
}
