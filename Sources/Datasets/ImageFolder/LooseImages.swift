package import ImageFiles
import Locks
package import Tensors

/// Image files that nobody has labelled, to be seen once each: they make up the validation part.
///
/// They are turned and brought to one size as those of a folder with classes are that are evaluated.
package struct LooseImages: ImageDataset {
    package let name = "images"
    /// None: nobody says what is on them.
    package var classNames: [String] { [] }
    package let imageShape: Shape
    package let normalisation: Normalisation
    package var isWorthCaching: Bool { false }
    /// What in the folders given is no image by its name.
    package let inventory: DatasetInventory
    private let paths: [FilePath]
    private let window: (height: Int, width: Int)
    private let exifOrientation: Bool
    private let warnings = Monitor(ImageWarnings())

    /// Whether something lies at `path` that can only be images: a file, or a folder that is no data set.
    package static func isPresent(at path: String) -> Bool {
        switch FileStatus(of: FilePath(typed: path))?.kind {
        case nil, .other: false
        case .file: !DatasetSource.isReadableArchive(path)
        case .folder: !DatasetSource.isPresent(in: FilePath(typed: path))
        }
    }

    /// Takes files as they are named, and of folders the images in them and in the folders below, by the bytes of their names; all
    /// in the order given. Images will be [3, height, width]; `window` is what a network is shown of them.
    ///
    /// Throws on the first path that is missing or holds no image, and on the first file whose header is none. Cost: one small read
    /// per image.
    package init(
        paths given: [String], height: Int, width: Int, window: (height: Int, width: Int), normalisation: Normalisation,
        options: DatasetOptions = DatasetOptions()
    ) throws(DatasetError) {
        var paths: [FilePath] = []
        var stray: [[UInt8]] = []
        for text in given {
            let path = FilePath(typed: text)
            switch FileStatus(of: path)?.kind {
            case nil: throw .missing(path: "\(path)", remedy: "give the path of an image, or of a folder of images")
            case .file, .other: paths.append(path)
            case .folder:
                let walk = FolderWalk(of: path)
                if let closed = walk.closed.first { throw closed }
                let images = walk.files.map(\.name).filter(ImageFormat.hasEnding)
                guard !images.isEmpty else {
                    throw .bad(
                        path: "\(path)", problem: "there is no image in the folder, by the names of its files",
                        remedy: "give another folder, or the images themselves")
                }
                paths += images.map(path.appending)
                stray += walk.files.map(\.name).filter { !ImageFormat.hasEnding($0) }
            }
        }
        for path in paths { _ = try ImageHeader(reading: path) }
        self.paths = paths
        var inventory = DatasetInventory()
        inventory.leftOut = LeftOutFiles.counted(stray, place: nil)
        self.inventory = inventory
        imageShape = [3, height, width]
        self.normalisation = normalisation
        self.window = window
        exifOrientation = options.exifOrientation
    }

    package func exampleCount(_ split: Split) -> Int { split == .validation ? paths.count : 0 }

    /// Stands for nothing, as there are no classes.
    package func label(of index: Int, in split: Split) -> Int { 0 }

    package func name(of index: Int, in split: Split) -> String { "\(paths[index])" }

    package var imageWarnings: ImageWarnings { warnings.change { $0 } }

    package func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let image = try DecodedImage.decodeWhole(FileContents(reading: paths[index]), exifOrientation: exifOrientation)
        if let warning = image.warning { warnings.change { $0.note(index, of: split, path: "\(paths[index])", warning) } }
        image.cover(height: imageShape[1], width: imageShape[2], window: window, into: pixels)
    }
}
