public import Networks

/// Decides how each operation is divided; what has to be exchanged follows from that alone.
public protocol Strategy: Sendable {
    var name: String { get }

    /// How `devices` devices of `lanes` lanes are arranged. Throws when the strategy cannot use that many.
    func mesh(devices: Int, lanes: Int) throws(ParallelismError) -> Mesh

    /// The ways in which an operation may be divided along a devices' axis, best first.
    ///
    /// An operation with parameters takes the first that its rules allow. One without takes, of those, the one that needs
    /// the least exchange. `.nothing` is always allowed as the last resort.
    /// - Parameter followsDense: whether the node is a dense layer's product or depends on one.
    func shardings(of node: Node, followsDense: Bool) -> [PlacementRule.Sharding]
}

/// The strategies that the command line knows.
public enum ParallelMode: String, Strategy, CaseIterable {
    /// One device.
    case single
    /// Every device holds the whole network and a part of the batch.
    case data
    /// Every device holds a part of the channels and sees the whole batch: the scheme of AlexNet's two GPUs.
    /// Source: A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 3.2.
    case model
    /// Data parallel up to the first dense layer, model parallel from there on.
    /// Source: A. Krizhevsky, "One weird trick for parallelizing convolutional neural networks", 2014, scheme (a).
    case hybrid

    public var name: String { rawValue }

    public func mesh(devices: Int, lanes: Int) throws(ParallelismError) -> Mesh {
        guard devices > 0, lanes > 0 else { throw .noDevices(min(devices, lanes)) }
        guard devices <= Mesh.mostWorkers, lanes <= Mesh.mostWorkers / devices else {
            throw .tooManyWorkers(devices: devices, lanes: lanes)
        }
        switch self {
        case .single:
            guard devices == 1 else { throw .singleModeWithDevices(devices) }
            return Mesh(lanes: lanes, deviceAxes: [])
        case .data:
            return Mesh(lanes: lanes, deviceAxes: [devices])
        case .model, .hybrid:
            // One axis for each prime factor: six channels on four devices are then divided by two of them, not by none.
            return Mesh(lanes: lanes, deviceAxes: Self.primeFactors(of: devices))
        }
    }

    public func shardings(of node: Node, followsDense: Bool) -> [PlacementRule.Sharding] {
        switch self {
        case .single, .data: [.batch]
        case .model: [.groups, .outputChannels, .channels, .partialSums]
        case .hybrid: followsDense ? [.groups, .outputChannels, .channels, .partialSums] : [.batch]
        }
    }

    private static func primeFactors(of number: Int) -> [Int] {
        var rest = number
        var factors = [Int]()
        var candidate = 2
        while rest > 1 {
            while rest % candidate == 0 {
                factors.append(candidate)
                rest /= candidate
            }
            candidate += 1
        }
        return factors
    }
}
