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
            let half = Self.smallestNormal() / 2
            seen.withLock { $0 = Seen(openMPThreads: ComputeThread.openMPThreads, halfOfSmallest: half) }
            finished.signal()
        }
        thread.start()
        finished.wait()
        let result = seen.withLock { $0 }
        #expect(result.openMPThreads == 1)
        #expect(result.halfOfSmallest == 0)
        let half = Self.smallestNormal() / 2
        #expect(half != 0)
    }

    /// A number that the compiler does not know, or it would divide by its own rules.
    private static func smallestNormal() -> Float {
        Float(min(1, CommandLine.arguments.count)) * .leastNormalMagnitude
    }

    @Test func version() {
        #expect(Engine.libraryVersion.split(separator: ".").count == 3)
    }
}
