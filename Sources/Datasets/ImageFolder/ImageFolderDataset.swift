import Locks
package import Tensors

/// Photos below `split/class/`, of any size and of every format in `ImageFormat`, turned as their orientation tags say and brought to one
/// size: scaled until they just cover it, cropped to their centre.
package struct ImageFolderDataset: ImageDataset {
    package let name: String
    package let classNames: [String]
    package let imageShape: Shape
    package let inventory: DatasetInventory
    package var normalisation: Normalisation { .imageNet }
    package var isWorthCaching: Bool { true }
    private let classes: [[UInt8]]
    private let folders: [Split: FilePath]
    private let images: [Split: [FolderScan.Image]]
    private let exifOrientation: Bool
    private let warnings = Monitor(ImageWarnings())
    private let adviceForUnreadable: String?

    /// Lists `folder` and checks every file's header; images will be [3, height, width].
    ///
    /// Throws on the first thing wrong, naming it and what to do. Cost: one small read per image; with
    /// `options.skipsUnreadable`, one decoding.
    package init(
        folder: String, height: Int, width: Int, options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) {
        precondition(height > 0 && width > 0, "images of \(height) × \(width) hold nothing")
        let root = FilePath(typed: folder)
        let scan = try FolderScan(of: root, options) { path throws(DatasetError) in
            // As training will decode it: what passes here does not fail there.
            _ = try DecodedImage.decode(
                FileContents(reading: path), coveringHeight: height, width: width, exifOrientation: options.exifOrientation)
        }
        name = EscapedName.text(of: root.name)
        classes = scan.classes
        classNames = scan.classes.map { EscapedName.text(of: $0) }
        imageShape = [3, height, width]
        folders = scan.folders
        images = scan.images
        inventory = scan.inventory
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
        let image: DecodedImage
        let path = path(of: index, in: split)
        do throws(DatasetError) {
            image = try DecodedImage.decode(
                FileContents(reading: path), coveringHeight: imageShape[1], width: imageShape[2], exifOrientation: exifOrientation
            )
        } catch {
            throw adviceForUnreadable.map { error.advising($0) } ?? error
        }
        if let warning = image.warning { warnings.change { $0.note(index, of: split, path: "\(path)", warning) } }
        let geometry = CoverGeometry(
            height: image.height, width: image.width, coveringHeight: imageShape[1], width: imageShape[2])
        TriangleResize.cover(
            UnsafeBufferPointer(image.pixels), channels: 3, height: image.height, width: image.width, geometry: geometry,
            into: pixels)
    }
}
