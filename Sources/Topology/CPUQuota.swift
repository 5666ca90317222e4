/// How much CPU time the control groups of this process pay for.
///
/// Source: the Linux kernel's `cgroup-v2.rst` (`cpu.max`) and `sched-bwc.rst` (`cpu.cfs_quota_us`).
package struct CPUQuota: Sendable {
    private let groups: ControlGroups

    /// - Parameters:
    ///   - membership: the text of `/proc/self/cgroup`.
    ///   - mounts: the text of `/proc/self/mountinfo`.
    package init(membership: String, mounts: String) {
        groups = ControlGroups(membership: membership, mounts: mounts)
    }

    /// CPUs' worth of time for each second: the smallest over the group and its ancestors, nil where none limits.
    ///
    /// - Parameter read: the text of a file, or nil where there is none.
    package func cpus(read: (String) -> String?) -> Double? {
        var smallest: Double?
        for hierarchy in groups.hierarchies(of: "cpu") {
            for folder in hierarchy.folders {
                let quota =
                    hierarchy.isUnified
                    ? Self.unified(read(folder + "/cpu.max"))
                    : Self.legacy(quota: read(folder + "/cpu.cfs_quota_us"), period: read(folder + "/cpu.cfs_period_us"))
                if let quota { smallest = min(quota, smallest ?? quota) }
            }
        }
        return smallest
    }

    /// `"150000 100000"` is 1.5 CPUs, `"max 100000"` no limit. Text that is neither limits nothing.
    package static func unified(_ text: String?) -> Double? {
        guard let words = text?.split(whereSeparator: \.isWhitespace), let first = words.first else { return nil }
        // The kernel's default period, for a file that names the quota alone.
        return ratio(Double(first), words.count > 1 ? Double(words[1]) : 100_000)
    }

    /// Version 1 writes quota and period into two files; a quota of -1 is no limit.
    package static func legacy(quota: String?, period: String?) -> Double? {
        func number(_ text: String?) -> Double? {
            text?.split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
        }
        return ratio(number(quota), number(period))
    }

    private static func ratio(_ quota: Double?, _ period: Double?) -> Double? {
        guard let quota, let period, quota > 0, period > 0, quota.isFinite, period.isFinite else { return nil }
        return quota / period
    }
}
