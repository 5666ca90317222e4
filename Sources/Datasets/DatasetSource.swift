public import ImageFiles
import SyntheticScenes
public import Tensors

/// What `--data` says: the synthetic set with its options, a folder of IDX files, CIFAR-10 or CIFAR-100, or a folder of images.
public enum DatasetSource: Sendable, Hashable {
    case synthetic(SyntheticOptions)
    case idx(folder: String)
    /// The binary version's folder, the folder that holds it, or its archive.
    case cifar(path: String)
    case imageFolder(folder: String)

    /// The options of the synthetic set, opaque outside the package.
    public struct SyntheticOptions: Sendable, Hashable {
        package var options = SyntheticDataset.Options()

        public init() {}
    }

    /// The program's own images, as they come without options: nothing needs downloading.
    public static let `default` = DatasetSource.synthetic(SyntheticOptions())

    /// The whole path of the folder or the archive, which means the same from any working folder; nil where there is none.
    public var absolutePath: String? {
        switch self {
        case .synthetic: nil
        case .idx(let path), .cifar(let path), .imageFolder(let path): "\(FilePath(typed: path).absolute)"
        }
    }

    /// Opens the set for a network that takes images of `inputShape`, [C, H, W].
    ///
    /// They come larger than that where `options.resize` says so, or where nothing says so photos and synthetic images by 256 / 227, as
    /// AlexNet's did, so that crops have room to move.
    /// Throws on the first thing wrong with the set, and where `options.resize` is less than the network takes.
    /// - Parameter options: what of it is taken.
    public func open(
        inputShape: Shape, options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) -> any ImageDataset {
        precondition(inputShape.rank == 3, "an image's shape is [C, H, W], not \(inputShape)")
        let stored = try Self.storedShape(forInput: inputShape, resize: options.resize)
        let (height, width) = (stored[1], stored[2])
        try checkLabels(options)
        switch self {
        case .synthetic(let synthetic):
            if let size = synthetic.options.size, options.resize == nil, size < max(inputShape[1], inputShape[2]) {
                throw .unsuitable(
                    problem: "size=\(size) is smaller than the network's \(inputShape[1]) × \(inputShape[2])",
                    remedy: "give size=\(max(height, width)), or leave it out")
            }
            return try Self.scaled(try SyntheticDataset(synthetic.options, height: height, width: width), stored, options)
        case .idx(let folder):
            return try Self.scaled(try IDXDataset(folder: folder, options: options), stored, options)
        case .cifar(let path):
            return try Self.scaled(try CIFARDataset(path: path, options: options), stored, options)
        case .imageFolder(let folder):
            return try ImageFolderDataset(
                folder: folder, height: height, width: width, window: (inputShape[1], inputShape[2]), options: options)
        }
    }

    /// Throws where the coarser of two labels is asked for of a set that never has two.
    private func checkLabels(_ options: DatasetOptions) throws(DatasetError) {
        guard options.coarseLabels else { return }
        if case .cifar = self { return }
        throw .unsuitable(
            problem: "--coarse-labels is given, but of the sets that can be read, CIFAR-100 alone has such labels, not \(self)",
            remedy: "leave it out, or give CIFAR-100 as --data")
    }

    /// A set of images of one size, brought to another if that is asked for.
    private static func scaled(
        _ set: any ImageDataset, _ stored: Shape, _ options: DatasetOptions
    ) throws(DatasetError) -> any ImageDataset {
        let wanted: Shape = [set.imageShape[0], stored[1], stored[2]]
        guard options.resize != nil, set.imageShape != wanted else { return set }
        return try AdaptedDataset(set, to: wanted, scales: true)
    }

    /// [C, H, W] of photos for a network that takes images of `inputShape`, brought to `resize` if that is given.
    ///
    /// Throws where the network would not find room in them.
    package static func storedShape(forInput inputShape: Shape, resize: Int?) throws(DatasetError) -> Shape {
        let window = min(inputShape[1], inputShape[2])
        if let resize, resize < window {
            throw .unsuitable(
                problem:
                    "--resize \(resize) leaves less of an image than the \(inputShape[1]) × \(inputShape[2]) that the network takes",
                remedy: "give --resize \(window) or more, or leave it out")
        }
        let extent = resize ?? usualExtent(forWindow: window)
        return [inputShape[0], inputShape[1] * extent / window, inputShape[2] * extent / window]
    }

    /// Rows and columns that images are brought to for a network that takes `window` of them: 256 for 227, as in 2012, and for 224, as
    /// torchvision's networks are evaluated; for others in the proportion of 256 to 227.
    package static func usualExtent(forWindow window: Int) -> Int {
        window == 224 ? 256 : Int((Double(window) * 256 / 227).rounded())
    }

    /// Whether the images have a size without anybody saying so: they are scaled where that is asked for, and only then.
    package var hasSizeOfItsOwn: Bool {
        switch self {
        case .synthetic(let synthetic): synthetic.options.size != nil
        case .idx, .cifar: true
        case .imageFolder: false
        }
    }
}

extension DatasetSource: CustomStringConvertible {
    public var description: String {
        switch self {
        case .synthetic(let synthetic):
            "synthetic (\(synthetic.options.classes) classes, \(synthetic.options.difficulty.rawValue))"
        case .idx(let folder): "IDX files in \(FilePath(typed: folder).short)"
        case .cifar(let path): "CIFAR images in \(FilePath(typed: path).short)"
        case .imageFolder(let folder): "images in \(FilePath(typed: folder).short)"
        }
    }
}
