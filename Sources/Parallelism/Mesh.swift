/// The workers of a run, arranged by axes. A worker is one lane of one device.
///
/// The lane axis is the outermost, the devices' axes follow: worker = lane · devices + device, so that the shards of the
/// batch lie in the order of the workers.
///
///     lanes: 2, device axes [2, 2]          device 0  device 1  device 2  device 3
///                                  lane 0   worker 0  worker 1  worker 2  worker 3
///                                  lane 1   worker 4  worker 5  worker 6  worker 7
public struct Mesh: Sendable, Hashable {
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
        let own = coordinates(of: worker)
        return (0..<workerCount).filter { other in
            let theirs = coordinates(of: other)
            return own.indices.allSatisfy { axes.contains($0) || own[$0] == theirs[$0] }
        }
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
