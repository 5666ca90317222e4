import Glibc

/// How much memory this process may have in all, and what says so.
///
/// Sources: `cgroup-v2.rst` (`memory.max`, `memory.current`, `memory.stat`), `memory.rst` of version 1, `proc_meminfo(5)`
/// (`MemAvailable`) and `setrlimit(2)`. Memory that the kernel keeps of files counts as free where it can be taken back at once.
public struct MemoryBudget: Sendable, Hashable {
    public enum Source: Sendable, Hashable {
        /// A limit of a control group, which a container or a service has; its folder.
        case controlGroup(String)
        /// `RLIMIT_AS`, which `ulimit -v` sets.
        case addressSpace
        /// What the machine has left.
        case machine
    }

    public struct Limit: Sendable, Hashable {
        public let source: Source
        /// What the source allows in all, to whomever.
        public let total: Int
        /// What this process can have of it, what it already has included.
        public let available: Int
    }

    /// Everything that limits it, in no order.
    public let limits: [Limit]

    /// The one that is met first; nil where nothing is known.
    public var tightest: Limit? { limits.min { $0.available < $1.available } }

    /// Of this process, now.
    public static var current: MemoryBudget {
        var limit = rlimit()
        let isLimited = getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0 && limit.rlim_cur < UInt(Int.max)
        return MemoryBudget(addressSpaceLimit: isLimited ? Int(limit.rlim_cur) : nil, read: SystemText.contents)
    }

    /// - Parameters:
    ///   - addressSpaceLimit: `RLIMIT_AS`, if there is one.
    ///   - read: the text of a file, or nil where there is none.
    package init(addressSpaceLimit: Int?, read: (String) -> String?) {
        let own = ProcessMemory(status: read("/proc/self/status") ?? "")
        var limits: [Limit] = []
        let groups = ControlGroups(
            membership: read("/proc/self/cgroup") ?? "", mounts: read("/proc/self/mountinfo") ?? "")
        for hierarchy in groups.hierarchies(of: "memory") {
            for folder in hierarchy.folders {
                let names: (limit: String, usage: String, idle: String) =
                    hierarchy.isUnified
                    ? ("memory.max", "memory.current", "inactive_file")
                    : ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
                guard let total = Self.bytes(read("\(folder)/\(names.limit)")) else { continue }
                let usage = Self.bytes(read("\(folder)/\(names.usage)")) ?? own.resident
                let idle = SystemText.number(named: names.idle, in: read("\(folder)/memory.stat")) ?? 0
                let taken = max(0, usage - idle - own.resident)
                limits.append(Limit(source: .controlGroup(folder), total: total, available: max(0, total - taken)))
            }
        }
        let machine = read("/proc/meminfo")
        if let total = SystemText.number(named: "MemTotal", in: machine),
            let available = SystemText.number(named: "MemAvailable", in: machine)
        {
            limits.append(Limit(source: .machine, total: total, available: available + own.resident))
        }
        if let addressSpaceLimit {
            // Addresses without memory behind them count, too: libraries, stacks, what the allocator holds in reserve.
            let available = max(0, addressSpaceLimit - max(0, own.addressSpace - own.resident))
            limits.append(Limit(source: .addressSpace, total: addressSpaceLimit, available: available))
        }
        self.limits = limits
    }

    /// `max` is no limit, and neither is what no machine has: version 1 writes the largest multiple of a page for that.
    private static func bytes(_ text: String?) -> Int? {
        guard let word = text?.split(whereSeparator: \.isWhitespace).first, let bytes = Int(word), (0..<1 << 60).contains(bytes)
        else {
            return nil
        }
        return bytes
    }
}

extension MemoryBudget.Source: CustomStringConvertible {
    public var description: String {
        switch self {
        case .controlGroup(let folder): "the control group \(folder)"
        case .addressSpace: "the limit of addresses (ulimit -v)"
        case .machine: "this machine"
        }
    }
}
