extension CoreAssignment {
    /// `devices` devices of `lanes` lanes each on however few hardware threads there are: lanes of one device may share one and take
    /// turns there, as devices do.
    ///
    ///     4 lanes of 1 device on 2 threads    device 0: threads 0 1 0 1
    ///
    /// No run has its cores like this, since two lanes on one core gain nothing: it lets tests have lanes on any machine. They are those of
    /// `devices · lanes` devices of one core, `lanes` neighbours to a device. Throws `devices` where those are none or too many.
    package init(on machine: Machine, devices: Int, sharingLanes lanes: Int) throws(TopologyError) {
        precondition(lanes > 0, "a device of \(lanes) lanes computes nothing")
        let single = try CoreAssignment(on: machine, devices: devices * lanes)
        coresPerDevice = lanes
        perDevice = (0..<devices).map { device in
            let own = single.perDevice[device * lanes..<(device + 1) * lanes]
            let threads = own.flatMap(\.threads)
            return DeviceCores(
                device: device, threads: threads, node: own[own.startIndex].node,
                isShared: own.contains(where: \.isShared),
                reach: Set(threads).count == 1 ? own[own.startIndex].reach : .machine)
        }
    }
}
