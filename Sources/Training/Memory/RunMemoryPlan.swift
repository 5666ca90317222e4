import Configuration
package import Datasets
import KernelChoices
import Networks
import Parallelism
public import Planning
import Sessions
import Tensors
import TextLayout
public import Topology

/// What memory a run of training has at its fullest, worked out before any of it is made.
public struct RunMemoryPlan: Sendable {
    /// What the program takes beside its devices, bytes.
    public struct Host: Sendable, Hashable {
        /// Training and validation batches on their way.
        public var batches = 0
        /// Decoded images that are kept for later epochs.
        public var images = 0
        /// Parameters on their way in and out of the devices, where there is no room in a device.
        public var parameters = 0
        /// The process itself: code, libraries, the data set's index, kernels, weights read from a file.
        public var program = 0

        public var total: Int { batches + images + parameters + program }

        /// The kinds by name, in the order in which they are shown.
        public var kinds: [(name: String, bytes: Int)] {
            [("batches", batches), ("images", images), ("parameters", parameters), ("program", program)]
        }
    }

    public let devices: [MemoryByKind]
    public let host: Host
    /// What the process may have.
    public let budget: MemoryBudget
    /// What each device may have, if that is limited.
    public let deviceLimit: Int?
    /// What the process had in memory when this was planned.
    let resident: Int

    /// What is still to come when the plans are made: threads with their stacks, caches of the allocator, the steps' results.
    private static let programGrowth = 12 << 20
    /// What a plan's item has in memory beside its tensors: the plan's own data and the library's handles on the tensors. As measured.
    private static let itemBytes = 15 << 9
    /// What a kernel has that is not the same as another: machine code, the library's description. As measured.
    private static let kernelBytes = 20 << 10

    /// Throws what keeps the settings from being placed or planned. Nothing is made but the plans.
    ///
    /// - Parameters:
    ///   - steps: those that the run will train here.
    ///   - resident: what the process has in memory without the run.
    init(
        _ configuration: TrainingConfiguration, network: Network, dataset: any ImageDataset, kernels: KernelSelection,
        steps: Int, budget: MemoryBudget, resident: Int
    ) throws {
        let session = try SessionMemoryPlan(
            network, strategy: configuration.mode, devices: configuration.devices ?? 1,
            coresPerDevice: configuration.coresPerDevice, batchSize: configuration.batchSize,
            microBatches: configuration.microBatches,
            rule: configuration.updateRule, kernels: kernels, precision: configuration.precision)
        devices = session.devices
        func input(_ split: Split, taken: Int) throws -> InputMemory {
            try InputMemory(
                of: dataset, split, batchSize: configuration.batchSize, inputShape: network.inputShape,
                augmentation: configuration.augmentation, resources: configuration.inputResources, taken: taken)
        }
        var inputs = [try input(.training, taken: steps)]
        if configuration.validates(dataset) { inputs.append(try input(.validation, taken: .max / 2)) }
        host = Host(
            batches: inputs.reduce(0) { $0 + $1.batches }, images: inputs.reduce(0) { $0 + $1.images },
            parameters: session.transitBytes, program: resident + Self.growth(session))
        self.budget = budget
        self.resident = resident
        deviceLimit = configuration.deviceMemory?.bytes
    }

    private static func growth(_ session: SessionMemoryPlan) -> Int {
        programGrowth + session.itemCount * itemBytes + session.kernelCount * kernelBytes
    }

    /// The most that the process will have, bytes.
    public var total: Int { devices.reduce(host.total) { $0 + $1.total } }

    /// The device that would need more than each may have.
    public var deviceShortage: DeviceMemoryShortage? {
        deviceLimit.flatMap { DeviceMemoryShortage(devices, limit: $0) }
    }

    /// The limit that the whole would not keep.
    public var exceededLimit: MemoryBudget.Limit? {
        budget.tightest.flatMap { $0.available < total ? $0 : nil }
    }

    public var fits: Bool { deviceShortage == nil && exceededLimit == nil }
}

extension TrainingConfiguration {
    /// How batches are made ready.
    package var inputResources: BatchPipeline.Resources {
        BatchPipeline.Resources(threads: inputThreads, lookahead: 2, cacheBytes: imageCache << 20)
    }

    /// Whether a run validates.
    func validates(_ dataset: any ImageDataset) -> Bool { evaluateEvery > 0 && dataset.exampleCount(.validation) > 0 }
}
