public import Topology

/// What can go wrong between devices; each names the device or the core.
public enum DevicesError: Error {
    /// The machine could not be read.
    case topology(TopologyError)
    /// The system would not start a thread for a core.
    case thread(core: Int, reason: String)
    /// Work on a lane failed; of several failures, the first.
    case lane(device: Int, lane: Int, underlying: any Error)
}

extension DevicesError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .topology(let error):
            error.description
        case .thread(let core, let reason):
            "no thread could be started for core \(core): \(reason); ask for fewer devices or raise `ulimit -u`"
        case .lane(let device, let lane, let underlying):
            "device \(device), lane \(lane): \(underlying)"
        }
    }
}
