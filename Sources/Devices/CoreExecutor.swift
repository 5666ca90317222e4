import Glibc
import Locks
public import Topology

/// One core at work: a dedicated thread, pinned, that runs the jobs given to it in the order they came.
///
/// It is a task executor, too, because the runtime resumes a continuation on no actor's executor but on the task's
/// preferred one, else in the global pool: without the preference that `Lane.perform` sets, every wait for another worker would
/// make a detour over a thread that is not pinned.
///
/// Where devices share a core they share its executor, and take turns whenever one of them waits. An idle executor sleeps.
/// The thread flushes denormal numbers to zero. It ends with `shutdown()`, or with the last reference to the executor.
public final class CoreExecutor: SerialExecutor, TaskExecutor {
    /// What the thread has done so far: counted, not timed.
    public struct Counts: Sendable, Equatable {
        public var jobs: Int
        /// How often it found nothing to do and went to sleep.
        public var sleeps: Int
    }

    /// The hardware thread, by the system's number.
    public let core: Int
    /// Where the thread truly runs, read back from the system after pinning.
    public let binding: CoreBinding
    private let queue: JobQueue
    private let thread: pthread_t
    private let isJoined = Guarded(false)

    /// Starts the thread and waits until it is pinned.
    ///
    /// Throws where the system would not start a thread; a refused pinning is a warning in `binding`.
    ///
    /// - Parameters:
    ///   - roaming: where the thread may move about, if it is not to be pinned.
    ///   - polls: how often the idle thread looks for a job before it sleeps: some hundreds shorten a wake-up where every
    ///     device has a core of its own, at the price of CPU time that a quota or a neighbour may want.
    ///   - onStart: runs on the thread before any job.
    package init(
        core: Int, node: Int, roaming: [Int]? = nil, binder: CoreBinder, polls: Int = 0,
        onStart: @escaping @Sendable () -> Void = {}
    ) throws(DevicesError) {
        self.core = core
        queue = JobQueue(polls: polls)
        (thread, binding) = try CoreThread(
            core: core, node: node, roaming: roaming, binder: binder, queue: queue, onStart: onStart
        ).start()
    }

    deinit { finish() }

    public func enqueue(_ job: consuming ExecutorJob) {
        // A job that vanished would leave its task waiting for ever, and everybody who waits for that task. A fatal error,
        // since a failed precondition keeps its message to itself in an optimised build.
        guard queue.append(JobQueue.Entry(job: UnownedJob(job), executor: .passRetained(self))) else {
            fatalError("a job came to core \(core) after its shutdown; shut devices down only when their work is done")
        }
    }

    public func checkIsolated() {
        precondition(isCurrent, "this code belongs on the thread of core \(core)")
    }

    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    /// Lets the jobs that have come run, ends the thread and waits for that; jobs that come later are a mistake, and trap.
    ///
    /// - Precondition: not called on the executor's own thread.
    public func shutdown() {
        precondition(!isCurrent, "core \(core) cannot wait for its own end; shut down from elsewhere")
        finish()
    }

    /// What the thread has done so far.
    public var counts: Counts { queue.readCounts() }

    private var isCurrent: Bool { pthread_equal(pthread_self(), thread) != 0 }

    private func finish() {
        queue.close()
        isJoined.withLock { isJoined in
            guard !isJoined else { return }
            isJoined = true
            // The last reference may die in a job on the thread itself, which then ends by itself.
            if isCurrent { pthread_detach(thread) } else { pthread_join(thread, nil) }
        }
    }
}
