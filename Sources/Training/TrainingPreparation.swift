public import Configuration
public import Datasets
import ImageFiles
import Kernels
import Networks
import Parallelism
public import Topology

/// A run of training, worked out and checked before anything starts: settings, data, network, placement, perDevice.
public struct TrainingPreparation: Sendable {
    /// With every gap filled.
    public let configuration: TrainingConfiguration
    public let source: DatasetSource
    public let dataset: any ImageDataset
    /// Which data they are, wherever they lie.
    let dataIdentity: DataIdentity
    public let network: PlacedNetwork
    public let machine: Machine
    public let assignment: CoreAssignment
    public let origin: RunOrigin
    /// What differs from the run as it would have gone undisturbed.
    public let warnings: [String]

    /// What of the data is saved with the weights. A run that goes on sees pixels as it saw them before, whatever the data are now.
    let learnt: LearntData

    /// Throws the error of the module that cannot do what it is told, and `ConfigurationError` where settings contradict each other,
    /// the data, or the weights to begin with.
    /// - Parameter point: what the run goes on from; `settings` are that run's, perhaps with others over them.
    public init(_ settings: TrainingConfiguration, on machine: Machine, resuming point: ResumePoint? = nil) throws {
        configuration = try Self.resolved(settings, on: machine, isResumed: point != nil)
        self.machine = machine
        assignment = try CoreAssignment(
            on: machine, devices: configuration.devices ?? 1, coresPerDevice: configuration.coresPerDevice)
        source = try DatasetSource(parsing: configuration.data)
        dataset = try source.open(
            inputShape: configuration.network().inputShape,
            options: configuration.datasetOptions(threads: machine.usableCoreCount))
        dataIdentity = try DataIdentity(of: dataset)
        learnt = LearntData(dataset, normalisation: point?.saved.flatMap { LearntData($0.metadata).normalisation })
        warnings =
            try Self.departures(configuration, from: point, dataset, dataIdentity, source)
            + [point?.saved?.platform.flatMap { ComputePlatform.current.departure(from: $0) }].compactMap(\.self)
        if let classes = configuration.classes, classes < dataset.classCount {
            throw ConfigurationError.contradiction(
                "--classes \(classes) is less than the \(dataset.classCount) classes of \(source); leave it out, or give at least \(dataset.classCount)"
            )
        }
        do {
            network = try PlacedNetwork(configuration, classes: dataset.classCount)
            try network.training.checkThatAllWorkersHaveMicroBatches()
        } catch let error as ParallelismError where point != nil && error.isAboutMicroBatches {
            throw ConfigurationError.contradiction(
                "\(error); a run that goes on has the micro-batches it began with, and with another number of --micro-batches the last bits of its "
                    + "weights are not those of the undisturbed run")
        }
        if let saved = point?.saved {
            origin = .saved(saved)
        } else if let path = configuration.initFrom {
            origin = .weights(
                try InitialWeights(
                    path: path, for: network.training.graph.parameters, of: configuration.model,
                    inputSize: configuration.inputSize, purpose: configuration.initPartial ? .partialTraining : .training,
                    mappings: configuration.initMap))
        } else {
            origin = .seed
        }
    }
}

extension TrainingPreparation {
    /// Of a run that goes on, data that are not where they were have another remedy than a new run's.
    private static func resolved(
        _ settings: TrainingConfiguration, on machine: Machine, isResumed: Bool
    ) throws -> TrainingConfiguration {
        do {
            return try settings.resolved(on: machine)
        } catch let error as DatasetError where isResumed {
            let advice = "give the place where the run's data are now with --data"
            guard case .missing(let path, _) = error else { throw error.advising(advice) }
            throw DatasetError.missing(path: path, remedy: advice)
        }
    }

    /// In what the run will not be the one that it would have been.
    private static func departures(
        _ configuration: TrainingConfiguration, from point: ResumePoint?, _ dataset: any ImageDataset, _ identity: DataIdentity,
        _ source: DatasetSource
    ) throws -> [String] {
        guard let point else { return [] }
        let data = try point.saved?.check(dataset, identity, from: source, configuration) ?? []
        let pixels = point.saved.flatMap { LearntData($0.metadata).missingNormalisation(of: $0.path, source) }
        return configuration.departures(from: point) + data + [pixels].compactMap(\.self)
    }
}

extension TrainingConfiguration {
    /// What of a data set is taken.
    /// - Parameter advises: whether whoever reads a message can give the settings that it names.
    func datasetOptions(threads: Int, advises: Bool = true) -> DatasetOptions {
        var options = DatasetOptions()
        options.exifOrientation = exifOrientation
        options.resize = resize
        options.classes = classes
        options.coarseLabels = coarseLabels
        options.skipsUnreadable = skipUnreadable
        options.threads = threads
        if advises && !skipUnreadable { options.adviceForUnreadable = "leave out all that cannot be read with --skip-unreadable" }
        return options
    }
}

extension ParallelismError {
    fileprivate var isAboutMicroBatches: Bool {
        switch self {
        case .tooFewMicroBatches, .unevenMicroBatches, .moreMicroBatchesThanExamples: true
        default: false
        }
    }
}
