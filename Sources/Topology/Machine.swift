/// The hardware as plain data: packages, NUMA nodes, caches, cores, and which hardware threads this process may use.
///
/// Cores are listed in hwloc's tree order, so cores that share a cache, a node or a package are neighbours.
public struct Machine: Sendable, Equatable {
    /// A NUMA node: memory, and the cores near it.
    public struct Node: Sendable, Equatable {
        /// The system's number of the node, as `numactl` writes it.
        public let index: Int
        /// Bytes of memory.
        public let bytes: UInt64
    }

    /// A cache, and who shares it.
    public struct Cache: Sendable, Equatable {
        /// 1 nearest to the core, 3 (usually) shared by many.
        public let level: Int
        /// Bytes.
        public let bytes: UInt64
        /// The hardware threads that share it, by the system's number.
        public let threads: [Int]

        package init(level: Int, bytes: UInt64, threads: [Int]) {
            self.level = level
            self.bytes = bytes
            self.threads = threads
        }
    }

    /// Why a hardware thread must not be used.
    public enum Exclusion: Sendable, Equatable, CaseIterable {
        /// The container's cpuset (cgroup) leaves it out.
        case container
        /// The process is bound elsewhere, as by `taskset`.
        case affinity
        /// The CPU quota (cgroup `cpu.max`) pays for fewer.
        case quota
    }

    /// One hardware thread of a core.
    public struct HardwareThread: Sendable, Equatable {
        /// The system's number, as `taskset` writes it.
        public let index: Int
        /// Why it must not be used, or nil where it may.
        public package(set) var exclusion: Exclusion?
    }

    /// A physical core.
    public struct Core: Sendable, Equatable {
        /// The system's number of the package it is in.
        public let package: Int
        /// The NUMA node nearest to it.
        public let node: Int
        /// Its last-level cache, as an index into `Machine.caches`.
        public let lastLevelCache: Int?
        /// Its hardware threads, first to last.
        public package(set) var threads: [HardwareThread]

        /// The hardware threads that may be used.
        public var usableThreads: [HardwareThread] { threads.filter { $0.exclusion == nil } }
    }

    public let packages: [Int]
    public let nodes: [Node]
    public let caches: [Cache]
    public package(set) var cores: [Core]
    /// The CPUs' worth of time the process may use for each second, where a quota says so.
    public package(set) var quota: Double?

    /// How many physical cores have at least one hardware thread that may be used.
    public var usableCoreCount: Int { cores.count { !$0.usableThreads.isEmpty } }

    /// How many hardware threads may be used.
    public var usableThreadCount: Int { cores.reduce(0) { $0 + $1.usableThreads.count } }

    /// How many hardware threads there are, usable or not.
    public var threadCount: Int { cores.reduce(0) { $0 + $1.threads.count } }
}
