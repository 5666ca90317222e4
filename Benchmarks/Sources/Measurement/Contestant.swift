public import KernelChoices
public import Parallelism

/// Something whose speed is measured: one network on some devices, or as many copies of it that exchange nothing.
public struct Contestant: Sendable, Hashable {
    public enum Form: Sendable, Hashable {
        /// One training run on all devices.
        case together(ParallelMode)
        /// A training run of its own on each device, all at the same time.
        case apart
    }

    public let form: Form
    public let devices: Int
    public let coresPerDevice: Int
    /// The examples of a step over all devices.
    public let batchSize: Int
    /// Into how many micro-batches the batch is cut; nil: one for each worker.
    public let microBatches: Int?
    public let kernels: KernelSelection
    public let precision: Precision

    public init(
        _ form: Form, devices: Int, coresPerDevice: Int = 1, batchSize: Int, microBatches: Int? = nil,
        kernels: KernelSelection = .standard, precision: Precision = .f32
    ) {
        // One device is one device: a mode, or the lack of one, then says nothing.
        self.form = devices == 1 ? .together(.single) : form
        self.devices = devices
        self.coresPerDevice = coresPerDevice
        self.batchSize = batchSize
        self.microBatches = microBatches
        self.kernels = kernels
        self.precision = precision
    }
}

extension Contestant: CustomStringConvertible {
    public var description: String {
        let size = "\(devices) × \(coresPerDevice) core\(coresPerDevice == 1 ? "" : "s"), batch \(batchSize)"
        return switch form {
        case .together(let mode): "\(mode.rawValue), \(size)"
        case .apart: "copies, \(size)"
        }
    }
}
