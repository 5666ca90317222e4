/// Bytes of memory by what they are for.
public struct MemoryByKind: Sendable, Hashable {
    /// Parameters.
    public var weights = 0
    /// The optimizer's state.
    public var optimizer = 0
    /// Activations and their gradients, the batch's block and copies in other layouts, where the arena is fullest.
    public var activations = 0
    /// The parameters' gradients, there.
    public var gradients = 0
    /// The kernels' scratchpad, and what lies idle between buffers.
    public var scratch = 0

    public init() {}

    public var total: Int { weights + optimizer + activations + gradients + scratch }

    /// The kinds by name, in the order in which they are shown.
    public var kinds: [(name: String, bytes: Int)] {
        [
            ("weights", weights), ("optimizer", optimizer), ("activations", activations), ("gradients", gradients),
            ("scratch", scratch),
        ]
    }

    public static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum.weights += b.weights
        sum.optimizer += b.optimizer
        sum.activations += b.activations
        sum.gradients += b.gradients
        sum.scratch += b.scratch
        return sum
    }
}

/// A worker's memory: known before any of it is made, and made to the byte.
public struct WorkerMemoryReport: Sendable, Hashable {
    public var device = 0
    public var lane = 0
    /// The device's parameters are counted for its first lane only.
    public var bytes = MemoryByKind()

    package init(device: Int = 0, lane: Int = 0) {
        (self.device, self.lane) = (device, lane)
    }

    public var total: Int { bytes.total }
}

extension [WorkerMemoryReport] {
    /// The memory of each device, all of its lanes together.
    public var devices: [MemoryByKind] {
        reduce(into: []) { devices, worker in
            while devices.count <= worker.device { devices.append(MemoryByKind()) }
            devices[worker.device] = devices[worker.device] + worker.bytes
        }
    }
}
