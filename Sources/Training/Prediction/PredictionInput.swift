import Checkpoints
import Datasets
import Execution
import Tensors

/// Pictures to be judged, a batch at a time, in their order.
protocol PredictionInput: Sendable {
    var count: Int { get }
    /// Names of the classes, where the source knows them.
    var classNames: [String] { get }
    func name(of index: Int) -> String
    func label(of index: Int) -> Int?
    /// The scores [n, K] of the next batch, the pictures from `first` on.
    func scores(from first: Int, by session: TrainingSession) async throws -> HostTensor
}

/// The validation pictures of a data set.
struct DatasetPictures: PredictionInput {
    private let dataset: any ImageDataset
    private let pipeline: BatchPipeline

    init(_ dataset: any ImageDataset, _ configuration: TrainingConfiguration, inputShape: Shape) throws {
        self.dataset = dataset
        var resources = configuration.inputResources
        // Every picture is seen once.
        resources.cacheBytes = 0
        pipeline = try BatchPipeline(
            dataset, .validation, batchSize: configuration.batchSize, inputShape: inputShape, seed: 0,
            resources: resources)
    }

    var count: Int { dataset.exampleCount(.validation) }
    var classNames: [String] { dataset.classNames }
    func name(of index: Int) -> String { dataset.name(of: index, in: .validation) }
    func label(of index: Int) -> Int? { dataset.label(of: index, in: .validation) }

    func scores(from first: Int, by session: TrainingSession) async throws -> HostTensor {
        let batch = try await pipeline.next()
        defer { batch.release() }
        return try await session.scores(of: batch)
    }
}

/// The tensor `images` [N, C, H, W] of a safetensors file, its pixels as the network is to see them.
struct TensorPictures: PredictionInput {
    private let images: HostTensor
    private let batchSize: Int

    static let tensorName = "images"

    /// Throws where the file is missing or bad, or its pictures are not [N, C, H, W] for a network that takes `inputShape`.
    init(path: String, inputShape: Shape, batchSize: Int) throws(CheckpointError) {
        images = try SafeTensorsFile(path: path).tensor(named: Self.tensorName)
        let shape = images.shape
        guard shape.rank == 4, shape[0] > 0, Shape(Array(shape.dimensions.dropFirst())) == inputShape else {
            throw .unsuitable(
                path: path, problem: "has \(Self.tensorName) of \(shape), and the network takes N × \(inputShape)",
                remedy: "give pictures of that shape, or another --model")
        }
        self.batchSize = batchSize
    }

    var count: Int { images.shape[0] }
    var classNames: [String] { [] }
    func name(of index: Int) -> String { "\(index)" }
    func label(of index: Int) -> Int? { nil }

    func scores(from first: Int, by session: TrainingSession) async throws -> HostTensor {
        let pixels = images.shape.elementCount / count
        let present = min(batchSize, count - first)
        let batch = UnsafeMutableBufferPointer<Float>.allocate(capacity: batchSize * pixels)
        defer { batch.deallocate() }
        batch.initialize(repeating: 0)
        _ = batch.update(fromContentsOf: images.values[first * pixels..<(first + present) * pixels])
        guard let address = batch.baseAddress else { preconditionFailure("pictures of no pixels") }
        return try await session.scores(images: address, count: present)
    }
}
