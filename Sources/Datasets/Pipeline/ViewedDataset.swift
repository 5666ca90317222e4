package import ImageFiles
import Locks
package import Tensors

/// The validation images of a set as windows of a network's size, several of each: all of the first image, then all of the second.
package struct ViewedDataset: ImageDataset {
    private let base: any ImageDataset
    private let places: ViewPlaces
    package let imageShape: Shape
    /// The image that was decoded last: its other windows are asked for next.
    private let last = Guarded<Decoded?>(nil)

    private struct Decoded: Sendable {
        let index: Int
        let pixels: [UInt8]
    }

    package var name: String { base.name }
    package var classNames: [String] { base.classNames }
    package var normalisation: Normalisation { base.normalisation }
    package var inventory: DatasetInventory { base.inventory }
    package var imageWarnings: ImageWarnings { base.imageWarnings }
    package var isWorthCaching: Bool { false }
    /// How many windows of each image there are.
    package var viewCount: Int { places.views.count }
    /// The most rows and the most columns by which two windows of a pair lie apart.
    package var reach: (rows: Int, columns: Int) { places.reach }

    /// `base` as a network sees it that takes images of `inputShape`, [C, H, W].
    ///
    /// Throws when the images cannot be shown to the network, and when windows at several places are asked for and there is one place.
    package init(
        _ base: any ImageDataset, views: ImageViews, inputShape: Shape, seed: UInt64
    ) throws(DatasetError) {
        let images = try FittedDataset(base, .validation, inputShape: inputShape, augmentation: .none).images
        let (rows, columns) = (images.imageShape[1] - inputShape[1], images.imageShape[2] - inputShape[2])
        guard !views.needsRoom || rows > 0 || columns > 0 else {
            let usual = DatasetSource.usualExtent(forWindow: min(inputShape[1], inputShape[2]))
            throw .unsuitable(
                problem: "crops of corners have no room: the images of \(base.name) are \(base.imageShape[1]) × "
                    + "\(base.imageShape[2]), and the network takes \(inputShape[1]) × \(inputShape[2])",
                remedy: "scale them up with --scales \(usual), or give --crops mirrored")
        }
        self.base = images
        imageShape = inputShape
        places = ViewPlaces(
            views, marginHeight: rows, marginWidth: columns, window: (inputShape[1], inputShape[2]), seed: seed)
    }

    package func exampleCount(_ split: Split) -> Int { split == .validation ? base.exampleCount(split) * viewCount : 0 }
    package func label(of index: Int, in split: Split) -> Int { base.label(of: index / viewCount, in: split) }
    package func name(of index: Int, in split: Split) -> String { base.name(of: index / viewCount, in: split) }
    package func key(of index: Int, in split: Split) -> ExampleKey { base.key(of: index / viewCount, in: split) }

    /// What lies beyond the image is the image, mirrored at its outermost rows and columns.
    package func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let image = try decoded(index / viewCount, of: split)
        let place = places.place(index % viewCount, of: index / viewCount)
        let (height, width) = (imageShape[1], imageShape[2])
        let (baseHeight, baseWidth) = (base.imageShape[1], base.imageShape[2])
        let columns = (0..<width).map { column in
            Self.reflected(place.left + (place.isMirrored ? width - 1 - column : column), in: baseWidth)
        }
        image.withUnsafeBufferPointer { image in
            for channel in 0..<imageShape[0] {
                for row in 0..<height {
                    let line = (channel * baseHeight + Self.reflected(place.top + row, in: baseHeight)) * baseWidth
                    let target = (channel * height + row) * width
                    for column in 0..<width { pixels[target + column] = image[line + columns[column]] }
                }
            }
        }
    }

    private static func reflected(_ place: Int, in extent: Int) -> Int {
        let place = abs(place)
        return place < extent ? place : 2 * (extent - 1) - place
    }

    private func decoded(_ index: Int, of split: Split) throws(DatasetError) -> [UInt8] {
        if let kept = last.withLock({ $0 }), kept.index == index { return kept.pixels }
        var pixels = [UInt8](repeating: 0, count: base.imageShape.elementCount)
        // The closure's error is the decoder's alone.
        let result: Result<Void, DatasetError> = pixels.withUnsafeMutableBufferPointer { buffer in
            do throws(DatasetError) {
                return .success(try base.decode(index, of: split, into: buffer))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        let decoded = Decoded(index: index, pixels: pixels)
        last.withLock { $0 = decoded }
        return decoded.pixels
    }
}
