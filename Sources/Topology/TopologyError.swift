/// What can go wrong when the machine is read or devices are placed on it; each says what to do about it.
public enum TopologyError: Error, Sendable, Equatable {
    /// A call into hwloc failed.
    case hwloc(operation: String, reason: String)
    /// A description of a made-up machine that hwloc does not understand.
    case synthetic(description: String)
    /// The container and the affinity of the process leave nothing to run on.
    case noUsableCores(hardwareThreads: Int)
    /// Fewer than one device, or more than `CoreAssignment.mostDevices`.
    case devices(asked: Int, most: Int)
    /// Fewer than one core for a device, or more than there are.
    case coresPerDevice(asked: Int, usable: Int)
}

extension TopologyError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .hwloc(let operation, let reason):
            "the machine could not be read: \(operation) failed (\(reason)); check that `lstopo` works here"
        case .synthetic(let description):
            "\"\(description)\" does not describe a machine; write it like \"package:2 numa:2 l3:4 core:8 pu:2\""
        case .noUsableCores(let hardwareThreads):
            "none of the machine's \(hardwareThreads) hardware threads is both allowed by the container and bound to this "
                + "process; widen `taskset` or the container's cpuset"
        case .devices(let asked, let most):
            "\(asked) devices were asked for; ask for 1 to \(most)"
        case .coresPerDevice(let asked, let usable):
            "\(asked) cores per device were asked for, but \(usable) \(usable == 1 ? "is" : "are") usable here; "
                + "ask for \(usable == 1 ? "1" : "1 to \(usable)"), or see `partrain topology` for what is excluded"
        }
    }
}
