import CHwloc
import Glibc

/// Owns one loaded hwloc topology; the only file that turns hwloc's return codes into errors.
struct LoadedTopology: ~Copyable {
    let handle: hwloc_topology_t

    /// Loads this machine, or the one that `synthetic` describes.
    ///
    /// Cores outside the container's cpuset are loaded too, so that they can be shown as excluded.
    init(synthetic: String? = nil) throws(TopologyError) {
        var made: hwloc_topology_t?
        guard hwloc_topology_init(&made) == 0, let made else { throw Self.failure("hwloc_topology_init") }
        do throws(TopologyError) {
            if let synthetic, hwloc_topology_set_synthetic(made, synthetic) != 0 {
                throw .synthetic(description: synthetic)
            }
            guard hwloc_topology_set_flags(made, UInt(HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED.rawValue)) == 0 else {
                throw Self.failure("hwloc_topology_set_flags")
            }
            guard hwloc_topology_load(made) == 0 else { throw Self.failure("hwloc_topology_load") }
        } catch {
            hwloc_topology_destroy(made)
            throw error
        }
        handle = made
    }

    deinit { hwloc_topology_destroy(handle) }

    /// False for a made-up machine, on which nothing can be bound.
    var isThisSystem: Bool { hwloc_topology_is_thissystem(handle) == 1 }

    /// The hardware threads that the container's cpuset allows.
    func allowedThreads() -> Set<Int> { Set(Bitmap.members(hwloc_topology_get_allowed_cpuset(handle))) }

    /// The hardware threads that this process is bound to, over all its threads: a device's pinned thread may call this.
    func boundThreads() throws(TopologyError) -> Set<Int> {
        let set = Bitmap()
        guard hwloc_get_cpubind(handle, set.handle, Int32(HWLOC_CPUBIND_PROCESS.rawValue)) == 0 else {
            throw Self.failure("hwloc_get_cpubind")
        }
        return Set(set.members)
    }

    /// All objects of a type, in tree order.
    func objects(of type: hwloc_obj_type_t) -> [hwloc_obj_t] {
        var found: [hwloc_obj_t] = []
        var next = hwloc_get_next_obj_by_type(handle, type, nil)
        while let object = next {
            found.append(object)
            next = hwloc_get_next_obj_by_type(handle, type, object)
        }
        return found
    }

    private static func failure(_ operation: String) -> TopologyError {
        .hwloc(operation: operation, reason: String(cString: strerror(errno)))
    }
}
