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
    /// Throws when no rule turns the one number of channels into the other, and when crops are asked for and have no room to move.
    init(
        _ dataset: any ImageDataset, _ split: Split, inputShape: Shape, augmentation: Augmentation
    ) throws(DatasetError) {
        let training = split == .training
        images = try Self.fitted(dataset, to: inputShape)
        isResized = training && augmentation.randomResizedCrop
        kept = isResized ? dataset : images
        guard training, augmentation.crop, !isResized else { return }
        let shape = images.imageShape
        guard shape[1] == inputShape[1] && shape[2] == inputShape[2] else { return }
        let usual = DatasetSource.usualExtent(forWindow: min(inputShape[1], inputShape[2]))
        throw .unsuitable(
            problem: "random crops have no room to move: the images of \(dataset.name) are \(dataset.imageShape[1]) × "
                + "\(dataset.imageShape[2]), and the network takes \(inputShape[1]) × \(inputShape[2])",
            remedy: "scale them up with --resize \(usual), take --random-resized-crop instead, or give --no-crop")
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
