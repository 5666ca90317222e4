import Execution
import Foundation
import Synchronization
import Testing

@Suite("A thread is prepared for kernels")
struct ComputeThreadTests {
    struct Seen {
        var openMPThreads = 0
        var halvesToZero = false
    }

    @Test("One OpenMP thread and no denormals, on that thread alone")
    func preparation() {
        let before = Self.onFreshThread {}
        let prepared = Self.onFreshThread { ComputeThread.prepare() }
        #expect(prepared.openMPThreads == 1)
        #expect(prepared.halvesToZero)
        #expect(Self.onFreshThread {}.halvesToZero == before.halvesToZero)
    }

    /// What a thread of its own sees after `prepare`. A thread begins with the settings of the one that starts it, which another
    /// test may have prepared.
    private static func onFreshThread(_ prepare: @escaping @Sendable () -> Void) -> Seen {
        let seen = Mutex(Seen())
        let finished = DispatchSemaphore(value: 0)
        let thread = Thread {
            prepare()
            let half = smallestNormal() / 2
            seen.withLock { $0 = Seen(openMPThreads: ComputeThread.openMPThreads, halvesToZero: half == 0) }
            finished.signal()
        }
        thread.start()
        finished.wait()
        return seen.withLock { $0 }
    }

    /// A number that the compiler does not know, or it would divide by its own rules.
    private static func smallestNormal() -> Float {
        Float(min(1, CommandLine.arguments.count)) * .leastNormalMagnitude
    }

    @Test func version() {
        #expect(Engine.libraryVersion.split(separator: ".").count == 3)
    }
}
