import Synchronization

/// How far each worker has come in the step at hand, for somebody who watches; and whether they are to stop there.
///
/// `@unchecked Sendable`: `places` points at atomics that live as long as this object, a cache line apart.
final class StepProgress: @unchecked Sendable {
    /// A worker's place: the item at work, and how many it has begun since the session began.
    struct Place: Hashable, Sendable {
        fileprivate let bits: UInt64

        var item: Int { Int(bits & 0xFF_FFFF) }
    }

    private let workers: Int
    private let places: UnsafeMutablePointer<Atomic<UInt64>>
    private let isStopped = Atomic(false)
    /// Atomics in a cache line.
    private static let stride = 8

    init(workers: Int) {
        self.workers = workers
        places = .allocate(capacity: workers * Self.stride)
        for index in 0..<workers * Self.stride { (places + index).initialize(to: Atomic(0)) }
    }

    deinit {
        places.deinitialize(count: workers * Self.stride)
        places.deallocate()
    }

    /// The worker begins an item of its plan. Throws where all are to stop. Costs a load and two stores, no exchange between cores.
    @inline(__always)
    func begin(_ item: Int, worker: Int) throws {
        let place = places + worker * Self.stride
        let count = (place.pointee.load(ordering: .relaxed) >> 24) &+ 1
        place.pointee.store(count << 24 | UInt64(truncatingIfNeeded: item & 0xFF_FFFF), ordering: .releasing)
        if isStopped.load(ordering: .acquiring) { throw FailureBoard.StoppedByAnother() }
    }

    /// From now on every worker stops in front of its next item.
    func stop() { isStopped.store(true, ordering: .releasing) }

    func snapshot() -> [Place] {
        (0..<workers).map { Place(bits: places[$0 * Self.stride].load(ordering: .acquiring)) }
    }
}
