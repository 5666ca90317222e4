import Glibc
import Topology

/// The three arrays that streams go through.
package final class StreamArrays {
    package let a: UnsafeMutablePointer<Float>
    package let b: UnsafeMutablePointer<Float>
    package let c: UnsafeMutablePointer<Float>
    package let elements: Int
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int

    /// Fills them, so that every page comes to be. Throws `RooflineError.noMemory`.
    package init(elements: Int) throws(RooflineError) {
        byteCount = 3 * elements * MemoryLayout<Float>.stride
        guard let address = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
            address != MAP_FAILED
        else { throw .noMemory(bytes: byteCount) }
        // As the devices' memory is.
        _ = madvise(address, byteCount, MADV_HUGEPAGE)
        base = address
        self.elements = elements
        a = address.bindMemory(to: Float.self, capacity: 3 * elements)
        b = a + elements
        c = b + elements
        a.initialize(repeating: 1, count: 3 * elements)
    }

    deinit { munmap(base, byteCount) }

    /// Elements of each array for cores that stream at the same time: four times the last-level cache's, divided among the
    /// hardware threads that share it; within bounds where the machine tells no cache or one that would take too much memory.
    static func elements(for threads: [Int], of machine: Machine) -> Int {
        let used = Set(threads)
        let shares = machine.cores.filter { $0.threads.contains { used.contains($0.index) } }.map { core -> UInt64 in
            guard let place = core.lastLevelCache else { return 0 }
            let cache = machine.caches[place]
            return 4 * cache.bytes / UInt64(max(1, cache.threads.count { used.contains($0) }))
        }
        let bytes = min(max(shares.max() ?? 0, least), most)
        return Int(bytes) / MemoryLayout<Float>.stride / granule * granule
    }

    private static let least: UInt64 = 32 << 20
    private static let most: UInt64 = 256 << 20
    /// What the loops in C take at a time, elements.
    private static let granule = 64
}

/// What can go wrong in a measurement.
public enum RooflineError: Error, Sendable, Hashable, CustomStringConvertible {
    case noMemory(bytes: Int)

    public var description: String {
        switch self {
        case .noMemory(let bytes):
            "the system refuses \(bytes) bytes for measuring the speed of its memory; free some, or measure fewer cores at once"
        }
    }
}
