import Topology

extension DeviceGroup {
    /// Every device as a group of its own, in which it is device 0: for runs that know nothing of each other.
    ///
    /// ```
    /// this group    device 0 ── core 0      device 1 ── core 1      device 2 ── core 0
    /// independent   [device 0 ── core 0]    [device 0 ── core 1]    [device 0 ── core 0]
    /// ```
    ///
    /// The devices stay on their cores and share their executors with this group, so that those on one core still take
    /// turns. The threads are this group's: they end with its `shutdown()`.
    public func independent() -> [DeviceGroup] {
        assignment.perDevice.map { DeviceGroup($0, of: self) }
    }
}
