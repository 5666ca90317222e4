#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A run of zeroed memory of its owner's own, in huge pages where the system grants them.
///
/// All of it is resident from the beginning, so that what is planned is what the process then has. Pages come to be where the
/// first thread that touches them runs, so an arena is made and first used on its lane.
/// Sendable because it only owns the address; who may write where is the plan's to say.
package final class Arena: @unchecked Sendable {
    package let base: UnsafeMutableRawPointer
    package let byteCount: Int

    /// MADV_POPULATE_WRITE, which the C library's headers may not know yet.
    private static let populateForWriting: Int32 = 23

    /// What an arena of `byteCount` bytes takes of the system: whole pages, one at least.
    package static func mappedBytes(_ byteCount: Int) -> Int {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        return max(1, (byteCount + page - 1) / page) * page
    }

    /// Throws when the system refuses.
    package init(mapping byteCount: Int) throws(MemoryRefused) {
        let size = Self.mappedBytes(byteCount)
        guard let address = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), address != MAP_FAILED
        else { throw MemoryRefused(bytes: size) }
        #if os(Linux)
        // Hints only: where huge pages are switched off, small ones do, and where the kernel is too old to make the pages
        // now (before Linux 5.14), the first step makes them.
        _ = madvise(address, size, MADV_HUGEPAGE)
        _ = madvise(address, size, Self.populateForWriting)
        #endif
        base = address
        self.byteCount = size
    }

    deinit { munmap(base, byteCount) }
}

/// Memory that the system does not give.
package struct MemoryRefused: Error {
    package let bytes: Int
}
