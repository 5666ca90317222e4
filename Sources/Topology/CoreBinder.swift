import CHwloc
import Glibc

/// Pins threads to cores and their memory to nodes.
///
/// `@unchecked Sendable`: the topology is loaded once and never changed afterwards; hwloc allows any number of threads to
/// consult and to bind through an unchanging topology at once.
package final class CoreBinder: @unchecked Sendable {
    private let topology: LoadedTopology
    private let nodeCount: Int

    /// Throws where hwloc cannot read the machine. Costs some milliseconds.
    package init() throws(TopologyError) {
        topology = try LoadedTopology()
        nodeCount = topology.objects(of: HWLOC_OBJ_NUMANODE).count
    }

    /// Pins the calling thread to a hardware thread and its memory to a node, and reads back what truly holds.
    ///
    /// Never fails: where the system refuses, the binding carries a warning and says where the thread truly is.
    ///
    /// - Parameters:
    ///   - thread: the system's number of the hardware thread.
    ///   - node: the system's number of the NUMA node.
    ///   - roaming: where the thread may move about instead; its memory then comes from wherever it is.
    package func bindCurrentThread(to thread: Int, node: Int, roaming: [Int]? = nil) -> CoreBinding {
        var warnings: [String] = []
        if let roaming {
            if !bindCurrentThread(anywhereIn: roaming) {
                warnings.append(
                    "the system refused to keep a thread on cpu \(roaming.ranges): \(String(cString: strerror(errno)))")
            }
            return CoreBinding(
                requested: thread, allowed: allowedThreads(), location: lastLocation(), memoryNodes: memoryNodes(),
                warnings: warnings)
        }
        let target = Bitmap(only: thread)
        let flags = Int32(HWLOC_CPUBIND_THREAD.rawValue | HWLOC_CPUBIND_STRICT.rawValue)
        if hwloc_set_cpubind(topology.handle, target.handle, flags) != 0 {
            warnings.append("the system refused to pin a thread to cpu \(thread): \(String(cString: strerror(errno)))")
        }
        // On a machine with one node all memory is that node's, and asking would fail on kernels built without NUMA.
        if nodeCount > 1 {
            let nodes = Bitmap(only: node)
            let flags = Int32(HWLOC_MEMBIND_THREAD.rawValue | HWLOC_MEMBIND_BYNODESET.rawValue)
            if hwloc_set_membind(topology.handle, nodes.handle, HWLOC_MEMBIND_BIND, flags) != 0 {
                warnings.append(
                    "the system refused to keep the memory of cpu \(thread) on node \(node): \(String(cString: strerror(errno)))")
            }
        }
        return CoreBinding(
            requested: thread, allowed: allowedThreads(), location: lastLocation(), memoryNodes: memoryNodes(), warnings: warnings
        )
    }

    private func bindCurrentThread(anywhereIn threads: [Int]) -> Bool {
        let target = Bitmap(threads)
        return hwloc_set_cpubind(topology.handle, target.handle, Int32(HWLOC_CPUBIND_THREAD.rawValue)) == 0
    }

    private func allowedThreads() -> [Int] {
        let set = Bitmap()
        let status = hwloc_get_cpubind(topology.handle, set.handle, Int32(HWLOC_CPUBIND_THREAD.rawValue))
        return status == 0 ? set.members : []
    }

    private func lastLocation() -> Int? {
        let set = Bitmap()
        let status = hwloc_get_last_cpu_location(topology.handle, set.handle, Int32(HWLOC_CPUBIND_THREAD.rawValue))
        return status == 0 ? set.members.first : nil
    }

    private func memoryNodes() -> [Int] {
        let set = Bitmap()
        var policy = HWLOC_MEMBIND_DEFAULT
        let flags = Int32(HWLOC_MEMBIND_THREAD.rawValue | HWLOC_MEMBIND_BYNODESET.rawValue)
        let status = hwloc_get_membind(topology.handle, set.handle, &policy, flags)
        return status == 0 ? set.members : []
    }
}
