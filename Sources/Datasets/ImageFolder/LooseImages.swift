package import Tensors

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Image files that nobody has labelled, to be seen once each: they make up the validation part.
///
/// They are brought to one size as those of a folder with classes are.
package struct LooseImages: ImageDataset {
    package let name = "images"
    /// None: nobody says what is on them.
    package var classNames: [String] { [] }
    package let imageShape: Shape
    package let normalisation: Normalisation
    package var isWorthCaching: Bool { false }
    /// Files in the folders given that are no images by their names: how many of each ending.
    package let leftOut: [String: Int]
    private let paths: [String]

    /// Whether something lies at `path` that can only be images: a file, or a folder that is no data set.
    package static func isPresent(at path: String) -> Bool {
        switch PathKind(of: path) {
        case .nothing: false
        case .file: true
        case .folder: !IDXDataset.isPresent(in: path) && !FolderScan.isPresent(in: path)
        }
    }

    /// Takes files as they are named, and of folders the images in them and in the folders below, by the bytes of their names; all
    /// in the order given. Images will be [3, height, width].
    ///
    /// Throws on the first path that is missing or holds no image, and on the first file whose header is none. Cost: one small read
    /// per image.
    package init(paths given: [String], height: Int, width: Int, normalisation: Normalisation) throws(DatasetError) {
        var search = Search()
        for path in given {
            switch PathKind(of: path) {
            case .nothing: throw .missing(path: path, remedy: "give the path of an image, or of a folder of images")
            case .file: search.paths.append(path)
            case .folder:
                let before = search.paths.count
                try search.addImages(in: path)
                guard search.paths.count > before else {
                    throw .bad(
                        path: path, problem: "there is no image in the folder, by the names of its files",
                        remedy: "give another folder, or the images themselves")
                }
            }
        }
        for path in search.paths { _ = try ImageHeader(reading: path) }
        (paths, leftOut) = (search.paths, search.leftOut)
        imageShape = [3, height, width]
        self.normalisation = normalisation
    }

    package func exampleCount(_ split: Split) -> Int { split == .validation ? paths.count : 0 }

    /// Stands for nothing, as there are no classes.
    package func label(of index: Int, in split: Split) -> Int { 0 }

    package func name(of index: Int, in split: Split) -> String { paths[index] }

    package func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let file = try FileContents(reading: paths[index])
        let image = try DecodedImage.decode(file, coveringHeight: imageShape[1], width: imageShape[2])
        let geometry = CoverGeometry(
            height: image.height, width: image.width, coveringHeight: imageShape[1], width: imageShape[2])
        TriangleResize.cover(
            UnsafeBufferPointer(image.pixels), channels: 3, height: image.height, width: image.width, geometry: geometry,
            into: pixels)
    }
}

/// What lies in folders, and below them.
private struct Search {
    var paths: [String] = []
    var leftOut: [String: Int] = [:]
    /// By device and number: a link may lead back to a folder above.
    private var visited: Set<[UInt64]> = []

    mutating func addImages(in folder: String) throws(DatasetError) {
        var status = stat()
        guard stat(folder, &status) == 0, visited.insert([UInt64(status.st_dev), UInt64(status.st_ino)]).inserted else { return }
        for name in try namesInFolder(folder) {
            let path = joinedPath(folder, name)
            switch PathKind(of: path) {
            case .folder: try addImages(in: path)
            case .file where ImageFormat(nameOf: name) != nil: paths.append(path)
            case .file, .nothing:
                let ending = name.lastIndex(of: ".").map { name[$0...].lowercased() } ?? "no ending"
                leftOut[ending, default: 0] += 1
            }
        }
    }
}
