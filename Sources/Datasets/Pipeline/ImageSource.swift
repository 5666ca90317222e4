import ImageFiles
import Tensors

/// Where a pipeline has its images from: bytes of one shape, out of which windows are cut.
enum ImageSource: Sendable {
    /// As the set is seen by the network, decoded once.
    case stored(ImageStore)
    /// A part of each image, another one each epoch, scaled to the window.
    case resized(ResizedCrops)

    /// The set whose labels hold.
    var dataset: any ImageDataset {
        switch self {
        case .stored(let store): store.dataset
        case .resized(let crops): crops.store.dataset
        }
    }

    /// [C, H, W] of what windows are cut out of.
    var shape: Shape {
        switch self {
        case .stored(let store): store.dataset.imageShape
        case .resized(let crops): crops.windowShape
        }
    }

    /// Passes image `index`, as `epoch` has it, to `body`.
    func withImage(
        _ index: Int, epoch: Int, scratch: UnsafeMutableBufferPointer<UInt8>, _ body: (UnsafePointer<UInt8>) -> Void
    ) throws(DatasetError) {
        switch self {
        case .stored(let store):
            try store.withImage(index, scratch: scratch, body)
        case .resized(let crops):
            try crops.write(index, epoch: epoch, into: scratch)
            body(UnsafePointer(scratch.baseAddress!))
        }
    }
}

/// Parts of whole images, as a `PartSource` draws them, scaled to a network's window.
struct ResizedCrops: Sendable {
    /// The images themselves where they are all of one size; where not, none is kept.
    let store: ImageStore
    /// [C, H, W].
    let windowShape: Shape
    private let whole: (any WholeImages)?
    private let parts: PartSource

    /// - Parameters:
    ///   - store: of the set as it is, not fitted to the network.
    ///   - windowShape: what the network takes, [C, H, W].
    init(_ store: ImageStore, windowShape: Shape, _ parts: PartSource) {
        self.store = store
        self.windowShape = windowShape
        whole = store.dataset as? any WholeImages
        self.parts = parts
    }

    /// Writes the part of image `index` that `epoch` shows, row-major [C, H, W]. Cost: that of decoding the whole image, if it is not kept.
    func write(_ index: Int, epoch: Int, into window: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let channels = store.dataset.imageShape[0]
        let pixels = UnsafeMutableBufferPointer(rebasing: window[..<windowShape.elementCount])
        try ChannelMatch.convert(from: channels, to: windowShape[0], pixels) { planes throws(DatasetError) in
            if let whole {
                let image = try whole.wholeImage(index, of: store.split)
                // [height, width, C].
                cut(
                    image.pixels.baseAddress!, channels: channels, pixelStride: channels, channelStride: 1,
                    part(index, epoch, image.height, image.width), into: planes)
            } else {
                let (height, width) = (store.dataset.imageShape[1], store.dataset.imageShape[2])
                let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: store.dataset.imageShape.elementCount)
                defer { scratch.deallocate() }
                try store.withImage(index, scratch: scratch) { image in
                    cut(
                        image, channels: channels, pixelStride: 1, channelStride: height * width,
                        part(index, epoch, height, width), into: planes)
                }
            }
        }
    }

    private func part(_ index: Int, _ epoch: Int, _ height: Int, _ width: Int) -> ScaledPart {
        parts.part(
            epoch: epoch, example: index, height: height, width: width, window: (windowShape[1], windowShape[2]))
    }

    private func cut(
        _ image: UnsafePointer<UInt8>, channels: Int, pixelStride: Int, channelStride: Int, _ part: ScaledPart,
        into planes: UnsafeMutableBufferPointer<UInt8>
    ) {
        let (rows, columns) = (windowShape[1], windowShape[2])
        for channel in 0..<channels {
            TriangleResize.scale(
                image + channel * channelStride, pixelStride: pixelStride, part,
                into: planes.baseAddress! + channel * rows * columns)
        }
    }
}
