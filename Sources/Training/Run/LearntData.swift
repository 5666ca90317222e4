import Checkpoints
import Datasets
import JSONText
import Tensors

/// What weights were learnt from, as far as somebody who applies them has to know it: it is saved with them.
struct LearntData: Sendable, Hashable {
    /// A name for each class in the order of the scores; nil where nobody tells.
    let classNames: [String]?
    /// What pixels were centred on and divided by.
    let normalisation: Normalisation?
    /// [C, H, W] of the data set's images, before any crop.
    let imageShape: Shape?

    /// Bytes of names that a checkpoint takes: more would come near what a header may have.
    private static let mostNameBytes = 1 << 17
    private static let mostClasses = 1 << 16
    /// What pixels from 0 to 1 may be centred on and divided by, with much room: beyond it numbers are no longer single precision's.
    private static let mostMean: Float = 1e6
    private static let deviations: ClosedRange<Float> = 1e-6...1e6

    /// - Parameter normalisation: what a run that goes on began with; the data set's own unless given.
    init(_ dataset: any ImageDataset, normalisation: Normalisation? = nil) {
        classNames = dataset.classNames
        self.normalisation = normalisation ?? dataset.normalisation
        imageShape = dataset.imageShape
    }

    /// Of a file of weights; whatever it does not tell, or tells in another form, is nil.
    init(_ metadata: [String: String]) {
        classNames = metadata[Key.classNames].flatMap { JSONString.texts(ofArray: $0, atMost: Self.mostClasses) }
        let mean = Self.numbers(metadata[Key.mean]) { Float($0) }
        let deviation = Self.numbers(metadata[Key.deviation]) { Float($0) }
        if let mean, let deviation, [1, 3].contains(mean.count), mean.count == deviation.count,
            mean.allSatisfy({ abs($0) <= Self.mostMean }), deviation.allSatisfy({ Self.deviations.contains($0) })
        {
            normalisation = Normalisation(mean: mean, standardDeviation: deviation)
        } else {
            normalisation = nil
        }
        let extents = Self.numbers(metadata[Key.imageShape]) { Int($0) }
        imageShape = extents.flatMap { $0.count == 3 && $0.allSatisfy { (1...(1 << 16)).contains($0) } ? Shape($0) : nil }
    }

    /// As a checkpoint carries it.
    var entries: [String: String] {
        var entries: [String: String] = [:]
        entries[Key.classNames] = warnings.isEmpty ? classNames.map(JSONString.array) : nil
        entries[Key.mean] = normalisation?.mean.map { "\($0)" }.joined(separator: " ")
        entries[Key.deviation] = normalisation?.standardDeviation.map { "\($0)" }.joined(separator: " ")
        entries[Key.imageShape] = imageShape?.dimensions.map { "\($0)" }.joined(separator: " ")
        return entries
    }

    /// What somebody should know where mean and deviation follow from the data and the weights do not tell theirs; nil elsewhere.
    func missingNormalisation(of path: String, _ source: DatasetSource) -> String? {
        guard normalisation == nil else { return nil }
        switch source {
        case .idx, .cifar: break
        case .synthetic, .imageFolder: return nil
        }
        return
            "\(path) does not tell what pixels were centred on and divided by: mean and deviation of the training pixels of \(source) "
            + "are taken, which are right where it was trained on the same files"
    }

    /// Why something of it is not saved.
    var warnings: [String] {
        let bytes = classNames.map { JSONString.array($0).utf8.count } ?? 0
        return bytes <= Self.mostNameBytes
            ? []
            : ["the names of the classes take \(bytes) bytes, more than a checkpoint holds: predictions will number the classes"]
    }

    private static func numbers<Number>(_ text: String?, _ number: (Substring) -> Number?) -> [Number]? {
        guard let parts = text?.split(separator: " ") else { return nil }
        let numbers = parts.compactMap(number)
        return numbers.count == parts.count ? numbers : nil
    }

    /// Names of metadata.
    private enum Key {
        static let classNames = "data.class_names"
        static let mean = "data.mean"
        static let deviation = "data.standard_deviation"
        static let imageShape = "data.image_shape"
    }
}
