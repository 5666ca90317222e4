public import ImageFiles
public import Tensors

/// Batches of a data set, decoded and augmented ahead of training on threads of their own.
///
/// Batch b of epoch e holds the same examples with the same augmentation on every run, whatever the number of threads:
/// all choices are drawn by (seed, epoch, example). A training epoch leaves out the examples that do not fill a last
/// batch (others each epoch, as the order is shuffled); a validation pass keeps them in a batch with unused rows.
public final class BatchPipeline: Sendable {
    /// How a pipeline reads: nothing of this changes what a batch holds.
    public struct Resources: Sendable, Hashable {
        /// Threads that decode, beside those that train.
        public var threads: Int
        /// Batches filled ahead of the one in use.
        public var lookahead: Int
        /// Bytes of decoded images kept, so that later epochs need not decode them again.
        public var cacheBytes: Int

        public init(threads: Int = 1, lookahead: Int = 2, cacheBytes: Int = 2 << 30) {
            self.threads = threads
            self.lookahead = lookahead
            self.cacheBytes = cacheBytes
        }

        /// How many batches there is memory for: one in the consumer's hands, and perhaps the one before, not yet released.
        public var batches: Int { max(lookahead, 1) + max(threads, 2) }
    }

    /// [N, C, H, W] of every batch.
    public let batchShape: Shape
    public let split: Split
    /// Batches of an epoch: whole ones in training, all in validation.
    public let batchesPerEpoch: Int
    /// Examples that an epoch's batches hold together.
    public let examplesPerEpoch: Int

    private let queue: BatchQueue
    private let threads: [InputThread]

    /// Batches of `batchSize` images of `inputShape`, [C, H, W], beginning with `start`.
    ///
    /// `augmentation` applies to training alone. With colour, up to 2,048 evenly spaced training images are decoded here
    /// for their principal components (and kept, if there is room), before the first batch.
    /// Throws when the batch is larger than the training set, the images do not fit the network, crops would have no room to move, what
    /// is padded or cut out is larger than the image, or an image is bad.
    /// - Parameter normalisation: what pixels are centred on and divided by, where weights were learnt with another than the set's own.
    public init(
        _ dataset: any ImageDataset, _ split: Split, batchSize: Int, inputShape: Shape, augmentation: Augmentation = .none,
        normalisation: Normalisation? = nil, seed: UInt64, startingAt start: BatchPosition = BatchPosition(epoch: 0, batch: 0),
        resources: Resources = Resources()
    ) throws(DatasetError) {
        precondition(batchSize > 0, "a batch of \(batchSize) examples holds none")
        precondition(inputShape.rank == 3, "an image's shape is [C, H, W], not \(inputShape)")
        let count = dataset.exampleCount(split)
        guard split == .validation || count >= batchSize else {
            throw .unsuitable(
                problem: "a batch of \(batchSize) does not fit the \(count) training examples of \(dataset.name)",
                remedy: "lower --batch-size to \(count) or less")
        }
        let training = split == .training
        let threadCount = max(resources.threads, 1)
        let fit = try FittedDataset(dataset, split, inputShape: inputShape, augmentation: augmentation)
        let store = ImageStore(fit.kept, split, limit: fit.keptBytes(limit: resources.cacheBytes))
        let measured = fit.isResized ? ImageStore(fit.images, split, limit: 0) : store
        let components =
            training && augmentation.colour ? try ColourComponents(sampledFrom: measured, threads: threadCount) : nil
        let images =
            fit.isResized
            ? ImageSource.resized(ResizedCrops(store, windowShape: inputShape, PartSource(augmentation, seed: seed)))
            : .stored(store)
        batchShape = Shape([batchSize] + inputShape.dimensions)
        self.split = split
        batchesPerEpoch = training ? count / batchSize : (count + batchSize - 1) / batchSize
        examplesPerEpoch = training ? batchesPerEpoch * batchSize : count

        let filler = BatchFiller(
            images: images, split: split, order: EpochOrder(count: count, shuffledBy: training ? seed : nil),
            augmentation: AugmentationSource(training ? augmentation : .none, seed: seed), components: components,
            crop: NormalisedCrop(
                storedShape: images.shape, windowShape: inputShape,
                normalisation: (normalisation ?? dataset.normalisation).adapted(toChannels: inputShape[0]),
                padMode: augmentation.padMode),
            batchSize: batchSize, batchesPerEpoch: batchesPerEpoch)
        let shape = batchShape
        let queue = BatchQueue(
            batches: (0..<resources.batches).map { Batch(shape: shape, index: $0) },
            firstTicket: start.epoch * batchesPerEpoch + start.batch)
        self.queue = queue
        threads = try Self.threads(threadCount, filler, queue)
    }

    private static func threads(
        _ count: Int, _ filler: BatchFiller, _ queue: BatchQueue
    ) throws(DatasetError) -> [InputThread] {
        var threads = [InputThread]()
        do {
            for _ in 0..<count { threads.append(try InputThread { filler.run(queue) }) }
        } catch {
            queue.stop()
            throw error
        }
        return threads
    }

    /// Ends the threads, each after the image it is at.
    deinit {
        queue.stop()
    }

    /// The next batch; epochs follow each other without end. Suspends until it is filled, blocking no thread.
    ///
    /// Throws what went wrong in filling it: the same again if asked again.
    public func next() async throws(DatasetError) -> Batch {
        try await queue.take().get()
    }

    /// The next batch, for a thread of its own: sleeps until it is filled. Throws as `next` does.
    public func waitForNext() throws(DatasetError) -> Batch {
        let result: Result<Batch, DatasetError> = queue.take()
        return try result.get()
    }

    /// Which batch comes next. Setting it, to resume a run or restart a pass, drops what was filled ahead.
    public var position: BatchPosition {
        get {
            let ticket = queue.nextTicket
            return BatchPosition(epoch: ticket / batchesPerEpoch, batch: ticket % batchesPerEpoch)
        }
        set { queue.seek(to: newValue.epoch * batchesPerEpoch + newValue.batch) }
    }
}
