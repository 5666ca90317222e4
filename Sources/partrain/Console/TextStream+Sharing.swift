import Topology

extension TextStream {
    /// Warns of cores that are shared with other processes: for commands that print nothing else of where the devices sit.
    func warn(ofSharing placement: CorePlacement) throws(OutputError) {
        for warning in placement.warnings { try write("partrain: warning: \(warning)\n") }
    }
}
