import CHwloc

/// Owns one hwloc bitmap: a set of hardware threads or of NUMA nodes, by the system's numbers.
struct Bitmap: ~Copyable {
    let handle: hwloc_bitmap_t

    init() {
        // As Swift's own containers do, running out of memory for a few bytes ends the program.
        guard let made = hwloc_bitmap_alloc() else { preconditionFailure("out of memory for an hwloc bitmap") }
        handle = made
    }

    /// - Precondition: `member` is not negative.
    init(only member: Int) {
        self.init()
        hwloc_bitmap_only(handle, UInt32(member))
    }

    /// - Precondition: no member is negative.
    init(_ members: [Int]) {
        self.init()
        for member in members { hwloc_bitmap_set(handle, UInt32(member)) }
    }

    deinit { hwloc_bitmap_free(handle) }

    /// In ascending order; empty for a set without end.
    var members: [Int] { Self.members(handle) }

    static func members(_ set: hwloc_const_bitmap_t?) -> [Int] {
        guard let set, hwloc_bitmap_weight(set) > 0 else { return [] }
        var found: [Int] = []
        var next = hwloc_bitmap_first(set)
        while next >= 0 {
            found.append(Int(next))
            next = hwloc_bitmap_next(set, next)
        }
        return found
    }
}
