import ImageFiles
import Tensors

/// Fills batches: what each of a pipeline's threads does, over and over.
struct BatchFiller: Sendable {
    let images: ImageSource
    let split: Split
    let order: EpochOrder
    let augmentation: AugmentationSource
    let components: ColourComponents?
    let crop: NormalisedCrop
    let batchSize: Int
    let batchesPerEpoch: Int

    /// Claims and fills batches until the queue is stopped.
    func run(_ queue: BatchQueue) {
        let scratch = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: crop.storedShape.elementCount)
        defer { scratch.deallocate() }
        while let claim = queue.claim() {
            do {
                try fill(claim.batch, ticket: claim.ticket, scratch: scratch) { queue.isCurrent(claim) }
                queue.finish(claim, nil)
            } catch {
                queue.finish(claim, error)
            }
        }
    }

    /// Fills `batch` with the examples of `ticket`; gives up between two images when it is no longer wanted.
    private func fill(
        _ batch: Batch, ticket: Int, scratch: UnsafeMutableBufferPointer<UInt8>, while isWanted: () -> Bool
    ) throws(DatasetError) {
        let position = BatchPosition(epoch: ticket / batchesPerEpoch, batch: ticket % batchesPerEpoch)
        let examples = order.order(epoch: position.epoch)
        let first = position.batch * batchSize
        let count = min(batchSize, examples.count - first)
        let elements = crop.windowShape.elementCount
        let images = batch.writableImages
        let labels = batch.writableLabels
        for row in 0..<count {
            guard isWanted() else { return }
            let example = examples[first + row]
            let draw = augmentation.draw(epoch: position.epoch, example: example, for: crop)
            let shift = components?.shift(draw.colour) ?? .zero
            try self.images.withImage(example, epoch: position.epoch, scratch: scratch) { image in
                crop.write(image, draw, shift: shift, into: images.baseAddress! + row * elements)
            }
            labels[row] = Int32(self.images.dataset.label(of: example, in: split))
        }
        UnsafeMutableBufferPointer(rebasing: images[(count * elements)...]).update(repeating: 0)
        UnsafeMutableBufferPointer(rebasing: labels[count...]).update(repeating: 0)
        batch.exampleCount = count
        batch.position = position
    }
}
