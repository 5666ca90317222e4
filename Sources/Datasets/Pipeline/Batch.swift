public import Tensors

/// Where a batch lies in training: batch `batch` of epoch `epoch`, both from 0.
public struct BatchPosition: Sendable, Hashable, Codable {
    public var epoch: Int
    public var batch: Int

    public init(epoch: Int, batch: Int) {
        self.epoch = epoch
        self.batch = batch
    }
}

/// The examples of one step, lent by a pipeline until they are released. One buffer serves many steps.
///
/// `@unchecked Sendable`: the pipeline's thread writes while it holds the batch, then the queue's lock hands it over; from
/// then until `release` nobody writes, and any number of threads may read.
public final class Batch: @unchecked Sendable {
    /// [N, C, H, W] of `images`; N is the same for every batch of a pipeline.
    public let shape: Shape
    /// The images, row-major. Rows beyond `exampleCount` are zero.
    public let images: UnsafeBufferPointer<Float>
    /// The class of each image. Beyond `exampleCount` they are 0, a valid class: leave those rows out of every sum.
    public let labels: UnsafeBufferPointer<Int32>
    /// How many of the N rows are examples: fewer than N only in the last batch of a validation pass.
    public internal(set) var exampleCount: Int
    public internal(set) var position: BatchPosition

    let index: Int
    weak var queue: BatchQueue?

    init(shape: Shape, index: Int) {
        self.shape = shape
        self.index = index
        // Vector loads of 64 bytes stay within one cache line.
        let raw = UnsafeMutableRawBufferPointer.allocate(
            byteCount: shape.elementCount * MemoryLayout<Float>.stride, alignment: 64)
        let images = raw.bindMemory(to: Float.self)
        images.initialize(repeating: 0)
        self.images = UnsafeBufferPointer(images)
        let labels = UnsafeMutableBufferPointer<Int32>.allocate(capacity: shape[0])
        labels.initialize(repeating: 0)
        self.labels = UnsafeBufferPointer(labels)
        exampleCount = 0
        position = BatchPosition(epoch: 0, batch: 0)
    }

    deinit {
        images.deallocate()
        labels.deallocate()
    }

    /// Gives the buffer back to its pipeline. The contents may change at once; release a batch once.
    public func release() {
        queue?.release(index)
    }

    /// The images, for the thread that fills the batch.
    var writableImages: UnsafeMutableBufferPointer<Float> { UnsafeMutableBufferPointer(mutating: images) }
    var writableLabels: UnsafeMutableBufferPointer<Int32> { UnsafeMutableBufferPointer(mutating: labels) }
}
