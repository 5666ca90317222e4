/// What can be wrong with spreading a network over devices.
public enum ParallelismError: Error, Sendable, Hashable, CustomStringConvertible {
    case noDevices(Int)
    case singleModeWithDevices(Int)
    /// More than `Mesh.mostWorkers` lanes over all devices.
    case tooManyWorkers(devices: Int, lanes: Int)
    /// Fewer examples than workers that each need one.
    case batchTooSmall(batch: Int, devices: Int, lanes: Int)
    /// Fewer examples than micro-batches.
    case moreMicroBatchesThanExamples(microBatches: Int, batch: Int)
    /// Fewer micro-batches than workers that each compute some.
    case tooFewMicroBatches(Int, devices: Int, lanes: Int, needed: Int)
    /// Workers that exchange within a micro-step, and would have unequal numbers of micro-steps.
    case unevenMicroBatches(Int, devices: Int, lanes: Int, unit: Int)
    /// Too little of the network's work can be divided by channels.
    case channelsDoNotDivide(devices: Int, layers: [String], dividedShare: Double)
    /// An exchange that no collective performs.
    case cannotConvert(value: String, from: String, to: String)

    public var description: String {
        switch self {
        case .noDevices(let count):
            return "\(count) devices cannot train anything; ask for at least 1"
        case .singleModeWithDevices(let count):
            return "mode single runs on one device, not \(count); choose mode data, model or hybrid"
        case .tooManyWorkers(let devices, let lanes):
            return "\(devices) device\(devices == 1 ? "" : "s") with \(lanes) cores per device are more than \(Mesh.mostWorkers) "
                + "cores together, which no machine has; ask for fewer"
        case .batchTooSmall(let batch, let devices, let lanes):
            return "a batch of \(batch) does not give each of \(Self.devices(devices, lanes)) an example; "
                + "use a batch of at least \(devices * lanes) or fewer devices"
        case .moreMicroBatchesThanExamples(let microBatches, let batch):
            return
                "a batch of \(batch) cannot be cut into \(microBatches) micro-batches; use at most \(batch) micro-batches or a larger batch"
        case .tooFewMicroBatches(let microBatches, let devices, let lanes, let needed):
            return "\(microBatches) micro-batches do not give each of \(Self.devices(devices, lanes)) one; "
                + "use at least \(needed) micro-batches or fewer devices"
        case .unevenMicroBatches(let microBatches, let devices, let lanes, let unit):
            return
                "\(microBatches) micro-batches cannot be shared evenly among \(Self.devices(devices, lanes)), which exchange within every "
                + "micro-step; use a multiple of \(unit)"
        case .channelsDoNotDivide(let devices, let layers, let share):
            let percent = Int((share * 100).rounded())
            return "only \(percent) % of the network's work can be divided by channels among \(devices) devices: "
                + layers.joined(separator: ", ") + "; use a number of devices that divides the channels, or mode data"
        case .cannotConvert(let value, let from, let to):
            return "\(value) cannot be brought from \(from) to \(to)"
        }
    }

    private static func devices(_ devices: Int, _ lanes: Int) -> String {
        "\(devices) device\(devices == 1 ? "" : "s")" + (lanes > 1 ? " of \(lanes) cores each" : "")
    }
}
