/// The workers of a run, arranged by axes. A worker is one lane of one device.
///
/// The lane axis is the outermost, the devices' axes follow: worker = lane · devices + device, so that the micro-batches of the
/// batch lie in the order of the workers.
///
///     lanes: 2, device axes [2, 2]          device 0  device 1  device 2  device 3
///                                  lane 0   worker 0  worker 1  worker 2  worker 3
///                                  lane 1   worker 4  worker 5  worker 6  worker 7
public struct Mesh: Sendable, Hashable {
    /// The most workers that the shipped strategies arrange: more than the largest machines have hardware threads. Every worker is
    /// held against every other when exchanges are planned.
    public static let mostWorkers = 1024

    /// Lanes (cores) of each device; they share its weights and each compute a part of the batch.
    public let lanes: Int
    /// The extents of the devices' axes, outermost first; their product is the number of devices.
    public let deviceAxes: [Int]

    /// A mesh of `deviceAxes` with `lanes` lanes a device. Axes of extent 1 carry no meaning and are dropped.
    public init(lanes: Int = 1, deviceAxes: [Int]) {
        precondition(
            lanes > 0 && deviceAxes.allSatisfy { $0 > 0 }, "a mesh's extents are positive, not \(lanes) and \(deviceAxes)")
        self.lanes = lanes
        self.deviceAxes = deviceAxes.filter { $0 > 1 }
    }

    /// Axis 0 is the lanes, the others are the devices' axes.
    public var extents: [Int] { [lanes] + deviceAxes }
    public var deviceCount: Int { deviceAxes.reduce(1, *) }
    public var workerCount: Int { lanes * deviceCount }

    public func device(of worker: Int) -> Int { worker % deviceCount }
    public func lane(of worker: Int) -> Int { worker / deviceCount }
    public func worker(device: Int, lane: Int) -> Int { lane * deviceCount + device }

    /// A worker's place along each axis.
    public func coordinates(of worker: Int) -> [Int] {
        var rest = worker
        var coordinates = [Int]()
        for extent in extents.reversed() {
            coordinates.append(rest % extent)
            rest /= extent
        }
        return coordinates.reversed()
    }

    public func worker(at coordinates: [Int]) -> Int {
        zip(coordinates, extents).reduce(0) { $0 * $1.1 + $1.0 }
    }

    /// The workers that differ from `worker` along `axes` only, itself included, in their order along those axes.
    public func group(of worker: Int, along axes: [Int]) -> [Int] {
        let strides = strides
        let own = coordinates(of: worker)
        let axes = Set(axes).sorted()
        var group = [axes.reduce(worker) { $0 - own[$1] * strides[$1] }]
        for axis in axes {
            group = group.flatMap { first in (0..<extents[axis]).map { first + $0 * strides[axis] } }
        }
        return group
    }

    /// A worker's place in its group along `axes`, and how many that has. Cost: O(axes), however many workers there are.
    public func place(of worker: Int, along axes: [Int]) -> (position: Int, count: Int) {
        let own = coordinates(of: worker)
        return Set(axes).sorted().reduce((0, 1)) { ($0.0 * extents[$1] + own[$1], $0.1 * extents[$1]) }
    }

    /// By how much the number of a worker grows with a step along each axis.
    private var strides: [Int] {
        var strides = extents.map { _ in 1 }
        for axis in extents.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * extents[axis + 1] }
        return strides
    }
}

/// Cuts `count` things into `parts` runs of consecutive ones, as equal as can be: the first runs get one more.
public struct BalancedPartition: Sendable, Hashable {
    public let count: Int
    public let parts: Int

    public init(of count: Int, into parts: Int) {
        precondition(parts > 0 && count >= 0, "\(count) things cannot be cut into \(parts) parts")
        self.count = count
        self.parts = parts
    }

    /// Where part `index` begins; `parts` gives the end of the last.
    public func start(of index: Int) -> Int {
        index * (count / parts) + min(index, count % parts)
    }

    public subscript(index: Int) -> Range<Int> { start(of: index)..<start(of: index + 1) }
}
