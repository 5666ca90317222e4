import ImageFiles
import Tensors

/// A data set as a pipeline for a network sees it: worked out before any image is decoded.
struct FittedDataset {
    /// Of images of the network's channels, with room for its window: what is shown where no part is drawn, and what colours are
    /// measured on.
    let images: any ImageDataset
    /// What is kept of it once it is decoded.
    let kept: any ImageDataset
    /// Whether each epoch shows another part of whole images.
    let isResized: Bool

    /// Fits `dataset` to a network that takes images of `inputShape`, [C, H, W].
    ///
    /// Throws when no rule turns the one number of channels into the other, when crops are asked for and have no room to move, and when
    /// more is reflected or cut out than there is.
    init(
        _ dataset: any ImageDataset, _ split: Split, inputShape: Shape, augmentation: Augmentation
    ) throws(DatasetError) {
        let training = split == .training
        images = try Self.fitted(dataset, to: inputShape)
        isResized = training && augmentation.isScaled
        kept = isResized ? dataset : images
        guard training else { return }
        try Self.checkPadding(augmentation, of: images.imageShape)
        try Self.checkCutout(augmentation, of: inputShape)
        try Self.checkScales(augmentation, of: inputShape)
        guard augmentation.crop, augmentation.padCrop == 0, !isResized else { return }
        let shape = images.imageShape
        guard shape[1] == inputShape[1] && shape[2] == inputShape[2] else { return }
        let usual = DatasetSource.usualExtent(forWindow: min(inputShape[1], inputShape[2]))
        throw .unsuitable(
            problem: "random crops have no room to move: the images of \(dataset.name) are \(dataset.imageShape[1]) × "
                + "\(dataset.imageShape[2]), and the network takes \(inputShape[1]) × \(inputShape[2])",
            remedy: "scale them up with --resize \(usual), take --random-resized-crop instead, or give --no-crop")
    }

    /// Throws where an image is reflected at its edge beyond its own size: there is nothing to show there.
    private static func checkPadding(_ augmentation: Augmentation, of shape: Shape) throws(DatasetError) {
        let extent = min(shape[1], shape[2])
        guard augmentation.padMode == .reflect, augmentation.padCrop >= extent, !augmentation.isScaled else { return }
        throw .unsuitable(
            problem:
                "--pad-crop \(augmentation.padCrop) reflects more rows and columns than images of \(shape[1]) × \(shape[2]) have",
            remedy: "give --pad-crop \(extent - 1) or less, or --pad-mode zeros")
    }

    /// Throws where the square that is cut out is larger than the window.
    private static func checkCutout(_ augmentation: Augmentation, of window: Shape) throws(DatasetError) {
        let extent = min(window[1], window[2])
        guard augmentation.cutout > extent else { return }
        throw .unsuitable(
            problem: "--cutout \(augmentation.cutout) is larger than the \(window[1]) × \(window[2]) that the network takes",
            remedy: "give --cutout \(extent) or less")
    }

    /// Throws where an image may be made smaller than the window.
    private static func checkScales(_ augmentation: Augmentation, of window: Shape) throws(DatasetError) {
        let extent = max(window[1], window[2])
        guard let scales = augmentation.scaleJitter, scales.lowerBound < extent else { return }
        throw .unsuitable(
            problem: "--scale-jitter \(scales.lowerBound),\(scales.upperBound) leaves less of an image than the \(window[1]) × "
                + "\(window[2]) that the network takes",
            remedy: "give --scale-jitter \(extent),\(max(extent, scales.upperBound)) or more")
    }

    /// Bytes of decoded images that are kept where `limit` may be.
    func keptBytes(limit: Int) -> Int {
        // Whole images of all sizes are decoded anew each epoch.
        isResized && kept is any WholeImages ? 0 : limit
    }

    /// `dataset` as it is where its images have the network's channels and room for its window, otherwise adapted.
    private static func fitted(_ dataset: any ImageDataset, to inputShape: Shape) throws(DatasetError) -> any ImageDataset {
        let shape = dataset.imageShape
        let hasRoom = shape[1] >= inputShape[1] && shape[2] >= inputShape[2]
        if hasRoom && shape[0] == inputShape[0] { return dataset }
        return try AdaptedDataset(dataset, to: hasRoom ? [inputShape[0], shape[1], shape[2]] : inputShape)
    }
}
