import CThreads
import Glibc
import Topology

/// The thread of a core from its start to its end.
///
/// `@unchecked Sendable`: `binding` is written by the new thread before it posts `isReady` and read by the starting thread
/// after it has waited for that; nothing else varies.
final class CoreThread: @unchecked Sendable {
    private let core: Int
    private let node: Int
    private let roaming: [Int]?
    private let binder: CoreBinder
    private let queue: JobQueue
    private let onStart: @Sendable () -> Void
    private let isReady: UnsafeMutablePointer<sem_t>
    private var binding: CoreBinding?

    /// The same on every system, whatever `ulimit -s` says; kernels keep their scratch memory elsewhere.
    private static let stackBytes = 8 << 20

    init(
        core: Int, node: Int, roaming: [Int]?, binder: CoreBinder, queue: JobQueue, onStart: @escaping @Sendable () -> Void
    ) {
        (self.core, self.node, self.roaming, self.binder, self.queue, self.onStart) =
            (core, node, roaming, binder, queue, onStart)
        isReady = .allocate(capacity: 1)
        sem_init(isReady, 0, 0)
    }

    deinit {
        sem_destroy(isReady)
        isReady.deallocate()
    }

    /// Starts the thread and waits until it has read its binding back.
    func start() throws(DevicesError) -> (thread: pthread_t, binding: CoreBinding) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, Self.stackBytes)
        var thread = pthread_t()
        let held = Unmanaged.passRetained(self)
        let status = pthread_create(
            &thread, &attributes,
            { argument in
                guard let argument else { return nil }
                Unmanaged<CoreThread>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, held.toOpaque())
        guard status == 0 else {
            held.release()
            throw .thread(core: core, reason: String(cString: strerror(status)))
        }
        while sem_wait(isReady) != 0 {}
        guard let binding else { preconditionFailure("the thread of core \(core) started without a binding") }
        return (thread, binding)
    }

    private func run() {
        cthreads_name("partrain-core-\(core)")
        binding = binder.bindCurrentThread(to: core, node: node, roaming: roaming)
        cthreads_flush_denormals()
        onStart()
        sem_post(isReady)
        while let entry = queue.next() {
            let executor = entry.executor.takeRetainedValue()
            // As both at once, so that a task resumed on its preferred executor is on its actor's already.
            entry.job.runSynchronously(
                isolatedTo: executor.asUnownedSerialExecutor(), taskExecutor: executor.asUnownedTaskExecutor())
        }
    }
}
