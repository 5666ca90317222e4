import Checkpoints
import Datasets
import Devices
import Execution
import ModelZoo
import Networks
import Parallelism
import Tensors
public import Topology

/// A network with the weights of a file, and pictures for it to judge: worked out and checked before anything starts.
public struct Predictor: Sendable {
    /// With every gap filled.
    public let configuration: TrainingConfiguration
    /// How many classes the network tells apart.
    public let classCount: Int
    private let network: PlacedNetwork
    private let weights: InitialWeights
    private let input: any PredictionInput
    private let machine: Machine
    private let assignment: CoreAssignment

    /// - Parameters:
    ///   - weights: a safetensors file. A checkpoint says which network it belongs to, and which data; `given` holds over that.
    ///   - images: a safetensors file with the tensor `images` [N, C, H, W]; without, the validation pictures of the data.
    /// Throws the error of the module that cannot do what it is told.
    public init(weights path: String, images: String? = nil, given: [GivenSetting], on machine: Machine) throws {
        var settings = try Self.settings(ofWeights: path)
        if images != nil { settings.data = TrainingConfiguration().data }
        try settings.apply(given)
        configuration = try settings.resolved(on: machine)
        self.machine = machine
        assignment = try CoreAssignment(
            on: machine, devices: configuration.devices ?? 1, coresPerDevice: configuration.coresPerDevice)
        let shape = try ModelZoo.network(named: configuration.model).inputShape
        if let images {
            network = try PlacedNetwork(configuration)
            input = try TensorPictures(path: images, inputShape: shape, batchSize: configuration.batchSize)
        } else {
            let dataset = try DatasetSource(parsing: configuration.data).open(
                inputShape: shape, options: configuration.datasetOptions)
            guard dataset.exampleCount(.validation) > 0 else {
                throw TrainingError.contradiction(
                    "\(configuration.data) has no validation pictures; give other --data, or --images")
            }
            network = try PlacedNetwork(configuration, classes: dataset.classCount)
            input = try DatasetPictures(dataset, configuration, inputShape: shape)
        }
        self.weights = try InitialWeights(
            path: path, for: network.training.graph.parameters, of: configuration.model)
        classCount = try network.network.classCount()
    }

    /// How many pictures there are.
    public var count: Int { input.count }

    /// What a class is called; its number where nobody knows.
    public func name(ofClass index: Int) -> String {
        index < input.classNames.count ? input.classNames[index] : "\(index)"
    }

    /// Where the devices would sit now, and what they would share with other processes.
    public func corePlacement() throws -> CorePlacement {
        try CoreReservation.look(
            on: machine, devices: assignment.seats.count, coresPerDevice: assignment.coresPerDevice)
    }

    /// Starts the devices, judges every picture, tells `report` of each in its order, and ends the devices.
    ///
    /// Throws the first error of the data, of a device or of `report`.
    public func run(report: (Prediction) throws -> Void) async throws {
        let devices = try DeviceGroup(reserving: assignment, of: machine)
        defer { devices.shutdown() }
        let session = try await TrainingSession(
            network.network, strategy: configuration.mode, devices: devices, batchSize: configuration.batchSize,
            shards: configuration.shards, seed: configuration.seed)
        do {
            try await session.setParameters(weights.values)
            for first in stride(from: 0, to: count, by: configuration.batchSize) {
                let scores = try await input.scores(from: first, by: session)
                for row in 0..<scores.shape[0] {
                    try report(
                        Prediction(
                            index: first + row, name: input.name(of: first + row), label: input.label(of: first + row),
                            scores: Array(scores.values[row * classCount..<(row + 1) * classCount])))
                }
            }
            try await session.end()
        } catch {
            // What the end throws followed from this error.
            try? await session.end()
            throw error
        }
    }

    /// The network and the data of a checkpoint; nothing where the file is none.
    private static func settings(ofWeights path: String) throws -> TrainingConfiguration {
        let file = try SafeTensorsFile(path: path)
        var settings = TrainingConfiguration()
        guard file.isCheckpoint, let text = file.metadata["configuration"] else { return settings }
        var saved = TrainingConfiguration()
        try ConfigurationFile(path: "\(path), configuration", text: text).apply(to: &saved)
        settings.model = saved.model
        settings.data = saved.data
        settings.exifOrientation = saved.exifOrientation
        settings.classes = saved.classes ?? file.metadata["data.classes"].flatMap { Int($0) }
        return settings
    }
}
