public import ImageFiles
public import Tensors

/// The part of a data set an example belongs to.
public enum Split: String, Sendable, Hashable, Codable, CaseIterable {
    case training
    case validation
}

/// Labelled examples by index, whatever they are made of.
public protocol Dataset: Sendable {
    /// What the set is called in summaries, such as `synthetic` or a folder's name.
    var name: String { get }
    /// One name per class, in the order of the labels.
    var classNames: [String] { get }
    /// The number of examples in `split`.
    func exampleCount(_ split: Split) -> Int
    /// The class of example `index` of `split`, in `0..<classNames.count`.
    func label(of index: Int, in split: Split) -> Int
    /// What example `index` of `split` is called: its file, where it has one of its own.
    func name(of index: Int, in split: Split) -> String
    /// What tells example `index` of `split` from others of its class, wherever the set lies.
    func key(of index: Int, in split: Split) -> ExampleKey
    /// From what it follows whether this is the same set as another.
    var identityBasis: IdentityBasis { get }
    /// What lies in the set's folder beside its examples.
    var inventory: DatasetInventory { get }
}

extension Dataset {
    /// The number of classes: how many outputs a network needs.
    public var classCount: Int { classNames.count }

    /// Its place.
    public func name(of index: Int, in split: Split) -> String { "\(index)" }

    /// Its name.
    public func key(of index: Int, in split: Split) -> ExampleKey { ExampleKey(name: Array(name(of: index, in: split).utf8)) }

    /// Its classes and keys alone.
    public var identityBasis: IdentityBasis { .examples(traits: []) }

    /// Nothing.
    public var inventory: DatasetInventory { DatasetInventory() }
}

/// A data set of images that all have one shape by the time they are delivered.
public protocol ImageDataset: Dataset {
    /// [C, H, W] of every image as `decode` delivers it.
    var imageShape: Shape { get }
    /// What pixels, scaled to [0, 1], are centred on and divided by.
    var normalisation: Normalisation { get }
    /// Whether a decoded image is worth keeping, because decoding costs more than copying.
    var isWorthCaching: Bool { get }
    /// The images decoded so far whose files were not in order, although all of their pixels were there.
    var imageWarnings: ImageWarnings { get }
    /// Writes image `index` of `split` to `pixels`, row-major [C, H, W], 0 to 255. Any number of threads may decode at once.
    ///
    /// Throws when the image's file is missing or bad, naming it.
    func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError)
}

extension ImageDataset {
    /// None: where images have no files of their own, there is nothing to be out of order.
    public var imageWarnings: ImageWarnings { ImageWarnings() }
}

/// The affine map from a pixel in [0, 1] to what a network sees: (x − mean) / standard deviation, per channel.
public struct Normalisation: Sendable, Hashable {
    /// One per channel, of pixels scaled to [0, 1].
    public let mean: [Float]
    /// One per channel, of pixels scaled to [0, 1]; none is zero.
    public let standardDeviation: [Float]

    public init(mean: [Float], standardDeviation: [Float]) {
        precondition(
            mean.count == standardDeviation.count, "a mean and a deviation for each channel: \(mean), \(standardDeviation)")
        precondition(standardDeviation.allSatisfy { $0 > 0 }, "no channel can be divided by \(standardDeviation)")
        self.mean = mean
        self.standardDeviation = standardDeviation
    }

    /// The constants of ImageNet's training pixels, which photo networks are commonly trained with.
    public static let imageNet = Normalisation(mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
}
