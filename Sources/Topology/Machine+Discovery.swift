import CHwloc
import Glibc

extension Machine {
    /// Reads this machine: usable is what the container allows and the process is bound to, capped by the CPU quota.
    ///
    /// Throws where hwloc cannot read the machine or nothing is left to use. Costs some milliseconds.
    public static func discover() throws(TopologyError) -> Machine {
        let topology = try LoadedTopology()
        var machine = Machine(topology)
        guard topology.isThisSystem else { return machine }
        let allowed = topology.allowedThreads()
        let bound = try topology.boundThreads()
        machine = machine.excluding(as: .container) { !allowed.contains($0) }
        machine = machine.excluding(as: .affinity) { !bound.contains($0) }
        guard machine.usableThreadCount > 0 else { throw .noUsableCores(hardwareThreads: machine.threadCount) }
        return machine.limited(toQuota: currentQuota())
    }

    /// A machine made up from hwloc's description of one, such as `"package:2 numa:2 l3:4 core:8 pu:2"`, all of it usable.
    ///
    /// Throws where the description makes no sense.
    public init(synthetic description: String) throws(TopologyError) {
        self.init(try LoadedTopology(synthetic: description))
    }

    private init(_ topology: borrowing LoadedTopology) {
        let packages = topology.objects(of: HWLOC_OBJ_PACKAGE).map { Int($0.pointee.os_index) }
        // Some virtual machines, and made-up ones, name no package: the machine is then one.
        self.packages = packages.isEmpty ? [0] : packages
        nodes = topology.objects(of: HWLOC_OBJ_NUMANODE)
            .map { Node(index: Int($0.pointee.os_index), bytes: chwloc_node_bytes($0)) }
        caches = [HWLOC_OBJ_L1CACHE, HWLOC_OBJ_L2CACHE, HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L4CACHE, HWLOC_OBJ_L5CACHE]
            .flatMap { topology.objects(of: $0) }
            .map { cache in
                Cache(
                    level: Int(chwloc_cache_level(cache)), bytes: chwloc_cache_bytes(cache),
                    threads: Bitmap.members(cache.pointee.cpuset))
            }
        // Caches are listed by level, so the last one seen is the outermost.
        var outermost: [Int: Int] = [:]
        for (index, cache) in caches.enumerated() {
            for thread in cache.threads { outermost[thread] = index }
        }
        var cores: [Core] = []
        var lastCore: hwloc_obj_t?
        for thread in topology.objects(of: HWLOC_OBJ_PU) {
            let index = Int(thread.pointee.os_index)
            let hardwareThread = HardwareThread(index: index, exclusion: nil)
            // Systems that hide their cores show bare hardware threads: each counts as a core.
            let core = hwloc_get_ancestor_obj_by_type(topology.handle, HWLOC_OBJ_CORE, thread)
            if core != nil && core == lastCore {
                cores[cores.count - 1].threads.append(hardwareThread)
                continue
            }
            lastCore = core
            let package = hwloc_get_ancestor_obj_by_type(topology.handle, HWLOC_OBJ_PACKAGE, thread)
            cores.append(
                Core(
                    package: package.map { Int($0.pointee.os_index) } ?? 0,
                    node: Bitmap.members(thread.pointee.nodeset).first ?? 0,
                    lastLevelCache: outermost[index], threads: [hardwareThread]))
        }
        self.cores = cores
    }

    private static func currentQuota() -> Double? {
        guard let membership = SystemText.contents("/proc/self/cgroup"), let mounts = SystemText.contents("/proc/self/mountinfo")
        else { return nil }
        return CPUQuota(membership: membership, mounts: mounts).cpus(read: SystemText.contents)
    }
}
