import Checkpoints
public import Configuration
public import Datasets
import Devices
import KernelChoices
import Networks
import Parallelism
import Planning
import Sessions
package import Tensors
public import Topology

/// A network with the weights of a file, and images for it to classify: worked out and checked before anything starts.
public struct Predictor: Sendable {
    /// With every gap filled.
    public let configuration: TrainingConfiguration
    /// How many classes the network tells apart.
    public let classCount: Int
    /// What whoever reads the predictions should know first.
    public let notices: [String]
    private let network: PlacedNetwork
    private let weights: InitialWeights
    private let input: any PredictionInput
    /// By the weights, or by the data where these do not tell; empty where nobody does.
    package let classNames: [String]
    /// Of the validation images that are classified; nil where images are given.
    package let validation: (any ImageDataset)?
    /// [C, H, W] that the network takes.
    package let inputShape: Shape
    /// The kernels that the weights were computed with, unless others are asked for.
    private let kernels: KernelTable
    private let machine: Machine
    private let assignment: CoreAssignment

    /// - Parameters:
    ///   - weights: a safetensors file. A checkpoint says which network it belongs to, which data, and what its classes are called;
    ///     `given` holds over network and data. It also says how images were brought to the network's size, what pixels were centred on,
    ///     in which precision and by which kernels it was computed; all but the centre may be `given` otherwise.
    ///   - images: files and folders of images, or one safetensors file with the tensor `images` [N, C, H, W]; without any, the
    ///     validation images of the data, and where the data are no data set but images, these.
    /// Throws the error of the module that cannot do what it is told.
    public init(weights path: String, images: [String] = [], given: [GivenSetting], on machine: Machine) throws {
        try self.init(weights: path, images: images, given: given, views: .crops(.centre), on: machine)
    }

    /// - Parameter views: which windows of each validation image are classified, one after another, as if each were an image.
    package init(
        weights path: String, images: [String] = [], given: [GivenSetting], views: ImageViews, on machine: Machine
    ) throws {
        let file = try SafeTensorsFile(path: path)
        let learnt = LearntData(file.metadata)
        let saved = try Self.settings(of: file, learnt)
        var settings = saved
        try settings.apply(given)
        // Sizes belong to the network.
        if settings.model != saved.model {
            if !given.contains(where: { $0.name == "resize" }) { settings.resize = nil }
            if !given.contains(where: { $0.name == "input-size" }) { settings.inputSize = nil }
        }
        let images = images.isEmpty && LooseImages.isPresent(at: settings.data) ? [settings.data] : images
        if !images.isEmpty { settings.data = TrainingConfiguration().data }
        let shape = try settings.network().inputShape
        inputShape = shape
        // What has no size of its own comes at the one of those that were learnt from.
        if settings.resize == nil, try !images.isEmpty || !DatasetSource(parsing: settings.data).hasSizeOfItsOwn {
            settings.resize = learnt.imageShape.map { max(min($0[1], $0[2]), min(shape[1], shape[2])) }
        }
        configuration = try settings.resolved(on: machine)
        let asksForKernels = given.contains { $0.name == "kernels" }
        kernels = asksForKernels ? KernelTable() : KernelRecord.table(file.metadata["kernels"] ?? "")
        self.machine = machine
        assignment = try CoreAssignment(
            on: machine, devices: configuration.devices ?? 1, coresPerDevice: configuration.coresPerDevice)
        if images.isEmpty {
            let source = try DatasetSource(parsing: configuration.data)
            let dataset = try source.open(
                inputShape: shape, options: configuration.datasetOptions(threads: machine.usableCoreCount, advises: false))
            guard dataset.exampleCount(.validation) > 0 else {
                throw ConfigurationError.contradiction(
                    "\(configuration.data) has no validation images; give other --data, or images")
            }
            network = try PlacedNetwork(configuration, classes: dataset.classCount)
            let match = ClassMatch(
                network: learnt.classNames, weights: path, data: dataset.classNames, source: configuration.data)
            classNames = learnt.classNames ?? dataset.classNames
            notices = match.notices + [learnt.missingNormalisation(of: path, source)].compactMap(\.self)
            input = try DatasetImages(
                dataset, classes: match, normalisation: learnt.normalisation, configuration, inputShape: shape, views: views)
            validation = dataset
        } else {
            validation = nil
            network = try PlacedNetwork(configuration)
            classNames = learnt.classNames ?? []
            (input, notices) = try Self.input(of: images, learnt, configuration, inputShape: shape)
        }
        self.weights = try InitialWeights(
            path: path, for: network.training.graph.parameters, of: configuration.model,
            inputSize: configuration.inputSize, purpose: .prediction)
        classCount = try network.network.classCount()
    }

    /// How many images there are.
    public var count: Int { input.count }

    /// What a class is called, by the weights; its number where nobody knows.
    public func name(ofClass index: Int) -> String {
        index < classNames.count ? classNames[index] : "\(index)"
    }

    /// Where the devices would sit now, and what they would share with other processes.
    public func corePlacement() throws -> CorePlacement {
        try CoreReservation.look(
            on: machine, devices: assignment.perDevice.count, coresPerDevice: assignment.coresPerDevice)
    }

    /// The images that were read although something in their files was not in order, once `run` has read them.
    public var imageWarnings: ImageWarnings { input.imageWarnings }

    /// Starts the devices, classifies every image, tells `report` of each in its order, and ends the devices.
    ///
    /// Throws the first error of the data, of a device or of `report`; `TrainingError.notPredicted` where scores are not finite.
    /// - Parameter warn: told what could not be done with the choice of kernels.
    public func run(warn: (String) throws -> Void = { _ in }, report: (Prediction) throws -> Void) async throws {
        let devices = try DeviceGroup(reserving: assignment, of: machine)
        defer { devices.shutdown() }
        let cache = KernelCache()
        let session = try await TrainingSession(
            network.network, strategy: configuration.mode, devices: devices, batchSize: configuration.batchSize,
            microBatches: configuration.microBatches, seed: configuration.seed,
            kernels: configuration.kernelSelection(cache: cache, saved: kernels), precision: configuration.precision)
        do {
            for warning in KernelsReport(session.kernelDecisions, keptIn: cache).warnings { try warn(warning) }
            try await session.setParameters(weights.values(of: session.parameters, seed: configuration.seed))
            for first in stride(from: 0, to: count, by: configuration.batchSize) {
                let scores = try await scores(from: first, by: session)
                for row in 0..<scores.shape[0] {
                    try report(
                        Prediction(
                            index: first + row, name: input.name(of: first + row), label: input.label(of: first + row),
                            labelName: input.labelName(of: first + row),
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

    private func scores(from first: Int, by session: TrainingSession) async throws -> HostTensor {
        do {
            return try await input.scores(from: first, by: session)
        } catch ExecutionError.notFinite(let value) {
            throw TrainingError.notPredicted(image: input.name(of: first + (value.example ?? 0)), value)
        }
    }

    /// Images that nobody has labelled, seen as those were that the weights were learnt from.
    private static func input(
        of paths: [String], _ learnt: LearntData, _ configuration: TrainingConfiguration, inputShape: Shape
    ) throws -> (any PredictionInput, notices: [String]) {
        if let tensors = paths.first(where: SafeTensorsFile.isLikely) {
            guard paths.count == 1 else {
                throw ConfigurationError.contradiction(
                    "\(tensors) is a file of tensors, which is given alone; leave the other images out")
            }
            return (try TensorImages(path: tensors, inputShape: inputShape, batchSize: configuration.batchSize), [])
        }
        let stored = try DatasetSource.storedShape(forInput: inputShape, resize: configuration.resize)
        let images = try LooseImages(
            paths: paths, height: stored[1], width: stored[2], window: (inputShape[1], inputShape[2]),
            normalisation: learnt.normalisation?.adapted(toChannels: 3) ?? .imageNet,
            options: configuration.datasetOptions(threads: 1, advises: false))
        let notices = images.inventory.leftOut.sentence.map { [$0] } ?? []
        return (try DatasetImages(images, classes: nil, configuration, inputShape: inputShape), notices)
    }

    /// The network, the data and the ways to compute of a checkpoint; nothing where the file is none, and the first kernels of a fixed
    /// order.
    private static func settings(of file: SafeTensorsFile, _ learnt: LearntData) throws -> TrainingConfiguration {
        var settings = TrainingConfiguration()
        settings.kernels = .standard
        guard file.isCheckpoint, let text = file.metadata["configuration"] else { return settings }
        var saved = TrainingConfiguration()
        try ConfigurationFile(path: "\(file.path), configuration", text: text).apply(to: &saved)
        settings.model = saved.model
        settings.inputSize = saved.inputSize
        settings.data = saved.data
        saved.fillInOlderChoices(learnt)
        settings.resize = saved.resize
        settings.precision = saved.precision
        settings.kernels = saved.kernels
        settings.exifOrientation = saved.exifOrientation
        settings.skipUnreadable = saved.skipUnreadable
        settings.coarseLabels = saved.coarseLabels
        settings.classes = saved.classes ?? file.metadata["data.classes"].flatMap(NumberBounds.classes.number)
        return settings
    }
}
