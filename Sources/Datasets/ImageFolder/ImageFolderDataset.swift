package import ImageFiles
import Locks
package import Tensors

/// Photos below `split/class/`, of any size and of every format in `ImageFormat`, turned as their orientation tags say and brought to one
/// size: scaled until they just cover it, cropped to their centre.
package struct ImageFolderDataset: WholeImages {
    package let name: String
    package let classNames: [String]
    package let imageShape: Shape
    package let inventory: DatasetInventory
    package var normalisation: Normalisation { .imageNet }
    package var isWorthCaching: Bool { true }
    private let classes: [[UInt8]]
    private let folders: [Split: FilePath]
    private let images: [Split: [FolderScan.Image]]
    private let window: (height: Int, width: Int)
    private let exifOrientation: Bool
    private let warnings = Monitor(ImageWarnings())
    private let adviceForUnreadable: String?

    /// Lists `folder` and checks every file's header; images will be [3, height, width].
    ///
    /// - Parameter window: what a network is shown of them, which decides where their centre is to the pixel; all of them unless given.
    ///
    /// Throws on the first thing wrong, naming it and what to do. Cost: one small read per image; with
    /// `options.skipsUnreadable`, one decoding.
    package init(
        folder: String, height: Int, width: Int, window: (height: Int, width: Int)? = nil,
        options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) {
        precondition(height > 0 && width > 0, "images of \(height) × \(width) hold nothing")
        let root = FilePath(typed: folder)
        let scan = try FolderScan(of: root, options) { path, split throws(DatasetError) in
            // As it will be decoded later: what passes here does not fail there.
            _ = try Self.decoded(path, split, height: height, width: width, exifOrientation: options.exifOrientation)
        }
        name = EscapedName.text(of: root.name)
        classes = scan.classes
        classNames = scan.classes.map { EscapedName.text(of: $0) }
        imageShape = [3, height, width]
        folders = scan.folders
        images = scan.images
        inventory = scan.inventory
        self.window = window ?? (height, width)
        exifOrientation = options.exifOrientation
        adviceForUnreadable = options.adviceForUnreadable
    }

    package func exampleCount(_ split: Split) -> Int {
        images[split]!.count
    }

    package func label(of index: Int, in split: Split) -> Int {
        images[split]![index].label
    }

    package func key(of index: Int, in split: Split) -> ExampleKey {
        images[split]![index].key
    }

    /// The file of image `index`.
    package func path(of index: Int, in split: Split) -> FilePath {
        let image = images[split]![index]
        return folders[split]!.appending(classes[image.label]).appending(image.key.name)
    }

    package var imageWarnings: ImageWarnings { warnings.change { $0 } }

    package func name(of index: Int, in split: Split) -> String {
        "\(path(of: index, in: split))"
    }

    package func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let image = try noted(index, split) { path throws(DatasetError) in
            try Self.decoded(path, split, height: imageShape[1], width: imageShape[2], exifOrientation: exifOrientation)
        }
        image.cover(height: imageShape[1], width: imageShape[2], window: window, into: pixels)
    }

    package func wholeImage(_ index: Int, of split: Split) throws(DatasetError) -> DecodedImage {
        try noted(index, split) { path throws(DatasetError) in
            try DecodedImage.decodeWhole(FileContents(reading: path), exifOrientation: exifOrientation)
        }
    }

    /// What is evaluated is decoded whole. In training a JPEG file may be decoded at a reduced size, for a fraction of the time, as long as
    /// that is still twice what is kept: what the resize that follows makes of it then hardly differs.
    private static func decoded(
        _ path: FilePath, _ split: Split, height: Int, width: Int, exifOrientation: Bool
    ) throws(DatasetError) -> DecodedImage {
        let file = try FileContents(reading: path)
        guard split == .training else { return try DecodedImage.decodeWhole(file, exifOrientation: exifOrientation) }
        return try DecodedImage.decode(file, coveringHeight: 2 * height, width: 2 * width, exifOrientation: exifOrientation)
    }

    /// What `decode` makes of an image's file, its warnings noted, its error with advice.
    private func noted(
        _ index: Int, _ split: Split, _ decode: (FilePath) throws(DatasetError) -> DecodedImage
    ) throws(DatasetError) -> DecodedImage {
        let path = path(of: index, in: split)
        do throws(DatasetError) {
            let image = try decode(path)
            if let warning = image.warning { warnings.change { $0.note(index, of: split, path: "\(path)", warning) } }
            return image
        } catch {
            throw adviceForUnreadable.map { error.advising($0) } ?? error
        }
    }
}
