package import Checkpoints
package import Datasets

/// Which data a run learns from, wherever they lie: small enough for every checkpoint.
///
/// Of each class: its name, how many images it has, and digests of their names below the class's folder, and of names with sizes in
/// bytes. No image is read for it, and neither the data's place nor the order of a folder's entries has a part in it. Of IDX files
/// the names are the places of a label's images, so that all labels are covered, and with them the images' size and how often
/// each value is among the training pixels. Of synthetic data all follows from their options.
package struct DataIdentity: Sendable, Hashable {
    package struct Class: Sendable, Hashable {
        package let name: String
        package let trainingCount: Int
        package let validationCount: Int
        /// Digests of the names of a split's images.
        package let training: String
        package let validation: String
        /// Of all its images, names and sizes.
        package let files: String
    }

    /// Digest of what else there is to tell.
    package let traits: String
    /// In the order of the labels; none where everything follows from the traits.
    package let classes: [Class]

    /// Digits of a digest that are kept: 64 bits, since nobody forges data.
    private static let digits = 16
    private static let heading = "data 1"

    package init(traits: String, classes: [Class]) {
        self.traits = traits
        self.classes = classes
    }

    /// - Parameter isWhole: takes images that are left out because they cannot be read as if they could.
    /// Throws where libcrypto refuses.
    package init(of dataset: any ImageDataset, withUnreadable isWhole: Bool = false) throws(CheckpointError) {
        switch dataset.identityBasis {
        case .options(let options):
            traits = try Self.digest(Array(options.utf8))
            classes = []
        case .examples(let bytes):
            traits = try Self.digest(bytes)
            let training = Self.examplesByClass(dataset, .training)
            let validation = Self.examplesByClass(dataset, .validation)
            let inventory = isWhole ? dataset.inventory : nil
            var found: [Class] = []
            for (label, name) in dataset.classNames.enumerated() {
                func keys(_ split: Split, _ examples: [[Int32]]) -> [ExampleKey] {
                    let keys = examples[label].map { dataset.key(of: Int($0), in: split) }
                    guard let more = inventory?.unreadableKeys(in: split, label: label), !more.isEmpty else { return keys }
                    return (keys + more).sorted { $0.name.lexicographicallyPrecedes($1.name) }
                }
                let (first, second) = (keys(.training, training), keys(.validation, validation))
                found.append(
                    Class(
                        name: name, trainingCount: first.count, validationCount: second.count,
                        training: try Self.digest(names: first),
                        validation: try Self.digest(names: second), files: try Self.digest(files: first, second)))
            }
            classes = found
        }
    }

    /// The examples of each label, in their order.
    private static func examplesByClass(_ dataset: any ImageDataset, _ split: Split) -> [[Int32]] {
        var examples = [[Int32]](repeating: [], count: dataset.classCount)
        for index in 0..<dataset.exampleCount(split) { examples[dataset.label(of: index, in: split)].append(Int32(index)) }
        return examples
    }

    // MARK: Digests

    private static func digest(names keys: [ExampleKey]) throws(CheckpointError) -> String {
        try digest(keys.flatMap { $0.name + [0] })
    }

    private static func digest(files first: [ExampleKey], _ second: [ExampleKey]) throws(CheckpointError) -> String {
        func bytes(_ keys: [ExampleKey]) -> [UInt8] { keys.flatMap { $0.name + [0] + Array("\($0.byteCount)".utf8) + [0] } }
        return try digest(bytes(first) + [0] + bytes(second))
    }

    private static func digest(_ bytes: [UInt8]) throws(CheckpointError) -> String {
        let digest = try SHA256()
        try bytes.withUnsafeBufferPointer { bytes throws(CheckpointError) in try digest.update(UnsafeRawBufferPointer(bytes)) }
        return String(try digest.finish().prefix(digits))
    }

    /// Of all of it, to see at a glance whether two runs have the same data.
    package func digest() throws(CheckpointError) -> String { try Self.digest(Array(text.utf8)) }

    // MARK: Text

    /// A line for each class; names have no line ends in them.
    package var text: String {
        ([Self.heading, traits]
            + classes.map {
                "\($0.trainingCount) \($0.training) \($0.validationCount) \($0.validation) \($0.files) \($0.name)"
            }).joined(separator: "\n")
    }

    /// Reads what `text` wrote; nil where it is none.
    package init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 2, lines[0] == Self.heading else { return nil }
        var classes: [Class] = []
        for line in lines.dropFirst(2) {
            let parts = line.split(separator: " ", maxSplits: 5, omittingEmptySubsequences: false)
            guard parts.count == 6, let training = Int(parts[0]), let validation = Int(parts[2]) else { return nil }
            classes.append(
                Class(
                    name: String(parts[5]), trainingCount: training, validationCount: validation, training: String(parts[1]),
                    validation: String(parts[3]), files: String(parts[4])))
        }
        self.init(traits: String(lines[1]), classes: classes)
    }
}
