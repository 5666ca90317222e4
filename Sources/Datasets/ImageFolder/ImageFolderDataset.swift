package import Tensors

/// Photos in `split/class/`, of any size and of every format in `ImageFormat`, turned as their orientation tags say and brought to one
/// size: scaled until they just cover it, cropped to their centre.
package struct ImageFolderDataset: ImageDataset {
    package let name: String
    package let classNames: [String]
    package let imageShape: Shape
    package var normalisation: Normalisation { .imageNet }
    package var isWorthCaching: Bool { true }
    private let pictures: [Split: [FolderScan.Picture]]
    private let exifOrientation: Bool
    private let warnings = Monitor(ImageWarnings())

    /// Lists `folder` and checks every file's header; pictures will be [3, height, width].
    ///
    /// Throws on the first thing wrong, naming it and what to do. Cost: one small read per picture.
    package init(
        folder: String, height: Int, width: Int, options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) {
        precondition(height > 0 && width > 0, "pictures of \(height) × \(width) hold nothing")
        let scan = try FolderScan(of: folder)
        name = lastPathComponent(folder)
        classNames = scan.classNames
        imageShape = [3, height, width]
        pictures = scan.pictures
        exifOrientation = options.exifOrientation
    }

    package func exampleCount(_ split: Split) -> Int {
        pictures[split]!.count
    }

    package func label(of index: Int, in split: Split) -> Int {
        pictures[split]![index].label
    }

    /// The file of picture `index`.
    package func path(of index: Int, in split: Split) -> String {
        pictures[split]![index].path
    }

    package var imageWarnings: ImageWarnings { warnings.change { $0 } }

    package func name(of index: Int, in split: Split) -> String {
        path(of: index, in: split)
    }

    package func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let file = try FileContents(reading: path(of: index, in: split))
        let image = try DecodedImage.decode(
            file, coveringHeight: imageShape[1], width: imageShape[2], exifOrientation: exifOrientation)
        if let warning = image.warning { warnings.change { $0.note(index, of: split, path: file.path, warning) } }
        let geometry = CoverGeometry(
            height: image.height, width: image.width, coveringHeight: imageShape[1], width: imageShape[2])
        TriangleResize.cover(
            UnsafeBufferPointer(image.pixels), channels: 3, height: image.height, width: image.width, geometry: geometry,
            into: pixels)
    }
}
