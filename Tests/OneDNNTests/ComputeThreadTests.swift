import Foundation
import Locks
import OneDNN
import Testing

@Suite("A thread is prepared for kernels")
struct ComputeThreadTests {
    struct Seen {
        var openMPThreads = 0
        var halfOfSmallest: UInt32 = 1
    }

    @Test("One OpenMP thread and no denormals, on that thread alone")
    func preparation() {
        // Other tests may have prepared this thread.
        let before = halfOfSmallest()
        let seen = Guarded(Seen())
        let finished = DispatchSemaphore(value: 0)
        let thread = Thread {
            ComputeThread.prepare()
            let half = self.halfOfSmallest()
            seen.withLock { $0 = Seen(openMPThreads: ComputeThread.openMPThreads, halfOfSmallest: half) }
            finished.signal()
        }
        thread.start()
        finished.wait()
        let result = seen.withLock { $0 }
        #expect(result.openMPThreads == 1)
        #expect(result.halfOfSmallest == 0)
        #expect(halfOfSmallest() == before)
    }

    /// The bits of half the smallest normal number, zero where denormals are flushed; computed where no optimizer can do it before.
    private func halfOfSmallest() -> UInt32 {
        let count = Float(max(1, ProcessInfo.processInfo.arguments.count))
        return (count * Float.leastNormalMagnitude / (2 * count)).bitPattern
    }

    @Test func version() {
        #expect(Engine.libraryVersion.split(separator: ".").count == 3)
    }
}
