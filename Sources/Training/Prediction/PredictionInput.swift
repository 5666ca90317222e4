import Checkpoints
import Configuration
import Datasets
import Sessions
import Tensors

/// Images to be classified, a batch at a time, in their order.
protocol PredictionInput: Sendable {
    var count: Int { get }
    func name(of index: Int) -> String
    /// The network's class that an image has; nil where nobody knows.
    func label(of index: Int) -> Int?
    /// The images that have been read although something in their files was not in order.
    var imageWarnings: ImageWarnings { get }
    /// What the source calls the class.
    func labelName(of index: Int) -> String?
    /// The scores [n, K] of the next batch, the images from `first` on.
    func scores(from first: Int, by session: TrainingSession) async throws -> HostTensor
}

/// The validation images of a data set.
struct DatasetImages: PredictionInput {
    private let dataset: any ImageDataset
    /// Nil where the data set has no labels.
    private let classes: ClassMatch?
    private let pipeline: BatchPipeline

    /// - Parameters:
    ///   - normalisation: what the weights were learnt with; the data set's own unless given.
    ///   - views: which windows of each image are shown, one after another, as if each were an image.
    init(
        _ dataset: any ImageDataset, classes: ClassMatch?, normalisation: Normalisation? = nil,
        _ configuration: TrainingConfiguration,
        inputShape: Shape, views: ImageViews = .crops(.centre)
    ) throws {
        let dataset: any ImageDataset =
            views == .crops(.centre)
            ? dataset : try ViewedDataset(dataset, views: views, inputShape: inputShape, seed: configuration.seed)
        self.dataset = dataset
        self.classes = classes
        var resources = configuration.inputResources
        // Every image is seen once.
        resources.cacheBytes = 0
        pipeline = try BatchPipeline(
            dataset, .validation, batchSize: configuration.batchSize, inputShape: inputShape, normalisation: normalisation,
            seed: 0,
            resources: resources)
    }

    var count: Int { dataset.exampleCount(.validation) }
    func name(of index: Int) -> String { dataset.name(of: index, in: .validation) }
    var imageWarnings: ImageWarnings { dataset.imageWarnings }
    func label(of index: Int) -> Int? { classes.flatMap { $0[dataset.label(of: index, in: .validation)] } }
    func labelName(of index: Int) -> String? {
        classes == nil ? nil : dataset.classNames[dataset.label(of: index, in: .validation)]
    }

    func scores(from first: Int, by session: TrainingSession) async throws -> HostTensor {
        let batch = try await pipeline.next()
        defer { batch.release() }
        return try await session.scores(of: batch)
    }
}

/// The tensor `images` [N, C, H, W] of a safetensors file, its pixels as the network is to see them.
struct TensorImages: PredictionInput {
    private let images: HostTensor
    private let batchSize: Int

    static let tensorName = "images"

    /// Throws where the file is missing or bad, or its images are not [N, C, H, W] for a network that takes `inputShape`, or not
    /// finite.
    init(path: String, inputShape: Shape, batchSize: Int) throws(CheckpointError) {
        images = try SafeTensorsFile(path: path).tensor(named: Self.tensorName)
        let shape = images.shape
        guard shape.rank == 4, shape[0] > 0, Shape(Array(shape.dimensions.dropFirst())) == inputShape else {
            throw .unsuitable(
                path: path, problem: "has \(Self.tensorName) of \(shape), and the network takes N × \(inputShape)",
                remedy: "give images of that shape, or another --model")
        }
        if let place = images.values.firstIndex(where: { !$0.isFinite }) {
            throw .bad(
                path: path,
                problem: "image \(place / inputShape.elementCount) of \(Self.tensorName) holds \(images.values[place])",
                remedy: "give pixels that are finite numbers")
        }
        self.batchSize = batchSize
    }

    var count: Int { images.shape[0] }
    func name(of index: Int) -> String { "\(index)" }
    var imageWarnings: ImageWarnings { ImageWarnings() }
    func label(of index: Int) -> Int? { nil }
    func labelName(of index: Int) -> String? { nil }

    func scores(from first: Int, by session: TrainingSession) async throws -> HostTensor {
        let pixels = images.shape.elementCount / count
        let present = min(batchSize, count - first)
        let batch = UnsafeMutableBufferPointer<Float>.allocate(capacity: batchSize * pixels)
        defer { batch.deallocate() }
        batch.initialize(repeating: 0)
        _ = batch.update(fromContentsOf: images.values[first * pixels..<(first + present) * pixels])
        guard let address = batch.baseAddress else { preconditionFailure("images of no pixels") }
        return try await session.scores(images: address, count: present)
    }
}
