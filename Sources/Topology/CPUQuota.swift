/// How much CPU time the control groups of this process pay for.
///
/// Source: the Linux kernel's `cgroup-v2.rst` (`cpu.max`) and `sched-bwc.rst` (`cpu.cfs_quota_us`). hwloc knows cpusets
/// only, so this is read from the files themselves.
package struct CPUQuota: Sendable {
    /// `/proc/self/cgroup`: the group of this process in each hierarchy.
    private let membership: String
    /// `/proc/self/mountinfo`: where each hierarchy is mounted, and from which of its groups on.
    private let mounts: String

    package init(membership: String, mounts: String) {
        self.membership = membership
        self.mounts = mounts
    }

    /// CPUs' worth of time for each second: the smallest over the group and its ancestors, nil where none limits.
    ///
    /// - Parameter read: the text of a file, or nil where there is none.
    package func cpus(read: (String) -> String?) -> Double? {
        var smallest: Double?
        for hierarchy in hierarchies() {
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

    private struct Hierarchy {
        let isUnified: Bool
        /// The process's own group first, then its ancestors as far as they are visible here.
        let folders: [String]
    }

    private func hierarchies() -> [Hierarchy] {
        let groups = membership.split(separator: "\n").compactMap { line -> (controllers: [Substring], path: String)? in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return nil }
            return (fields[1].split(separator: ","), String(fields[2]))
        }
        return mounts.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ").map { Self.unescaped($0) }
            guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count > dash + 3 else { return nil }
            let isUnified = fields[dash + 1] == "cgroup2"
            let options = fields[dash + 3].split(separator: ",")
            guard isUnified || (fields[dash + 1] == "cgroup" && options.contains("cpu")) else { return nil }
            let group = groups.first { isUnified ? $0.controllers.isEmpty : $0.controllers.contains("cpu") }
            guard let group else { return nil }
            return Hierarchy(isUnified: isUnified, folders: Self.folders(of: group.path, root: fields[3], mount: fields[4]))
        }
    }

    /// The group's folder below its mount, then each ancestor's up to the mount.
    ///
    /// A container without a cgroup namespace sees the host's path in its membership but mounts its own group as the root,
    /// so the root's part is cut off. A group outside what is mounted (`/../other`) is answered for by the mount itself.
    private static func folders(of path: String, root: String, mount: String) -> [String] {
        var parts = path.split(separator: "/")
        let rootParts = root.split(separator: "/")
        if parts.starts(with: rootParts) && !parts.contains("..") {
            parts.removeFirst(rootParts.count)
        } else {
            parts = []
        }
        return (0...parts.count).reversed().map { depth in
            parts.prefix(depth).reduce(mount == "/" ? "" : mount) { $0 + "/" + $1 }
        }
    }

    /// mountinfo writes blanks, tabs, newlines and backslashes as three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        [("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")].reduce(String(field)) { text, escape in
            text.split(separator: escape.0, omittingEmptySubsequences: false).joined(separator: escape.1)
        }
    }
}
