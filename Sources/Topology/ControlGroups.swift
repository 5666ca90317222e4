/// The control groups of a process that a controller of the kernel's looks at: their folders.
///
/// Source: the Linux kernel's `cgroup-v2.rst` and `cgroups.rst`, and `proc(5)`. hwloc knows cpusets only, so this is read from the
/// files themselves.
struct ControlGroups: Sendable {
    /// `/proc/self/cgroup`: the group of this process in each hierarchy.
    private let membership: String
    /// `/proc/self/mountinfo`: where each hierarchy is mounted, and from which of its groups on.
    private let mounts: String

    init(membership: String, mounts: String) {
        self.membership = membership
        self.mounts = mounts
    }

    struct Hierarchy {
        /// Version 2, where all controllers share one hierarchy.
        let isUnified: Bool
        /// The process's own group first, then its ancestors as far as they are visible here.
        let folders: [String]
    }

    /// The hierarchies that have `controller`, by its name in version 1.
    func hierarchies(of controller: Substring) -> [Hierarchy] {
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
            guard isUnified || (fields[dash + 1] == "cgroup" && options.contains(controller)) else { return nil }
            let group = groups.first { isUnified ? $0.controllers.isEmpty : $0.controllers.contains(controller) }
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
