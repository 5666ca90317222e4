import Execution
import Foundation
import Synchronization
import Testing

@Suite("A thread is prepared for kernels")
struct ComputeThreadTests {
    struct Seen {
        var openMPThreads = 0
        var halfOfSmallest: Float = 1
    }

    @Test("One OpenMP thread and no denormals, on that thread alone")
    func preparation() {
        let seen = Mutex(Seen())
        let finished = DispatchSemaphore(value: 0)
        let thread = Thread {
            ComputeThread.prepare()
            let smallest = seen.withLock { _ in Float.leastNormalMagnitude }
            seen.withLock { $0 = Seen(openMPThreads: ComputeThread.openMPThreads, halfOfSmallest: smallest / 2) }
            finished.signal()
        }
        thread.start()
        finished.wait()
        let result = seen.withLock { $0 }
        #expect(result.openMPThreads == 1)
        #expect(result.halfOfSmallest == 0)
        #expect(seen.withLock { _ in Float.leastNormalMagnitude } / 2 != 0)
    }

    @Test func version() {
        #expect(Engine.libraryVersion.split(separator: ".").count == 3)
    }
}
