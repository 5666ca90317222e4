public import ImageFiles
public import Tensors

/// What memory a pipeline takes, bytes: known before there is one.
public struct InputMemory: Sendable, Hashable {
    /// Batches that are filled, being filled or in use.
    public let batches: Int
    /// Decoded images that are kept.
    public let images: Int

    /// Of a pipeline that `BatchPipeline` would make so.
    ///
    /// Throws when the images cannot be shown to the network, and when crops would have no room to move.
    /// - Parameters:
    ///   - augmentation: of training; for colour many images are decoded before the first batch.
    ///   - taken: batches that will be taken from it; what is decoded ahead of them is counted as well.
    public init(
        of dataset: any ImageDataset, _ split: Split, batchSize: Int, inputShape: Shape, augmentation: Augmentation = .none,
        resources: BatchPipeline.Resources = BatchPipeline.Resources(), taken: Int
    ) throws(DatasetError) {
        let example = inputShape.elementCount * MemoryLayout<Float>.stride + MemoryLayout<Int32>.stride
        batches = resources.batches * batchSize * example
        let fit = try FittedDataset(dataset, split, inputShape: inputShape, augmentation: augmentation)
        let count = fit.kept.exampleCount(split)
        let kept = ImageStore.keptCount(fit.kept, split, limit: fit.keptBytes(limit: resources.cacheBytes))
        // Of those that are decoded, only as many as the store has places for stay.
        let batchesOfSet = (count + batchSize - 1) / batchSize
        let sampled = split == .training && augmentation.colour && !fit.isResized ? min(count, ColourComponents.sampleLimit) : 0
        let decoded = min(count, sampled + min(taken + resources.batches, batchesOfSet) * batchSize)
        self.images = count > 0 ? Int(Double(decoded) * Double(kept) / Double(count)) * fit.kept.imageShape.elementCount : 0
    }
}
