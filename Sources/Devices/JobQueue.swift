import CThreads
import Glibc
import Synchronization

/// The jobs that wait for a core, first in, first out.
///
/// `@unchecked Sendable`: every variable is touched only while `mutex` is held, except `pending`, which is atomic.
final class JobQueue: @unchecked Sendable {
    /// A job and the executor it came to, held so that the executor outlives its jobs.
    struct Entry {
        let job: UnownedJob
        let executor: Unmanaged<CoreExecutor>
    }

    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var ring: UnsafeMutableBufferPointer<Entry>
    private var head = 0
    private var count = 0
    private var isClosed = false
    private var isAsleep = false
    private var counts = CoreExecutor.Counts(jobs: 0, sleeps: 0)
    /// Mirrors `count` for polling without the lock.
    private let pending = Atomic(0)
    private let polls: Int

    /// - Parameter polls: how often an idle thread looks for a job before it sleeps.
    init(polls: Int) {
        self.polls = polls
        mutex = .allocate(capacity: 1)
        condition = .allocate(capacity: 1)
        // With default attributes neither can fail on Linux.
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        // Room for every lane of a crowded core; it grows where that is not enough.
        ring = .allocate(capacity: 256)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
        ring.deallocate()
    }

    /// False, and the entry not taken, once the queue is closed.
    func append(_ entry: Entry) -> Bool {
        pthread_mutex_lock(mutex)
        guard !isClosed else {
            pthread_mutex_unlock(mutex)
            return false
        }
        if count == ring.count { grow() }
        ring.initializeElement(at: (head + count) % ring.count, to: entry)
        count += 1
        pending.store(count, ordering: .relaxed)
        let mustWake = isAsleep
        isAsleep = false
        pthread_mutex_unlock(mutex)
        // After the unlock, so that the woken thread does not run into the mutex.
        if mustWake { pthread_cond_signal(condition) }
        return true
    }

    /// The job that has waited longest; waits for one, and is nil once the queue is closed and empty.
    func next() -> Entry? {
        pthread_mutex_lock(mutex)
        if count == 0 && !isClosed && polls > 0 {
            pthread_mutex_unlock(mutex)
            poll()
            pthread_mutex_lock(mutex)
        }
        defer { pthread_mutex_unlock(mutex) }
        if count == 0 && !isClosed { counts.sleeps += 1 }
        while count == 0 {
            guard !isClosed else { return nil }
            isAsleep = true
            pthread_cond_wait(condition, mutex)
        }
        let entry = ring[head]
        head = (head + 1) % ring.count
        count -= 1
        pending.store(count, ordering: .relaxed)
        counts.jobs += 1
        return entry
    }

    /// Lets the jobs that are here run, and takes no more.
    func close() {
        pthread_mutex_lock(mutex)
        isClosed = true
        isAsleep = false
        pthread_mutex_unlock(mutex)
        pthread_cond_signal(condition)
    }

    func readCounts() -> CoreExecutor.Counts {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return counts
    }

    private func poll() {
        for _ in 0..<polls where pending.load(ordering: .relaxed) == 0 { cthreads_pause() }
    }

    private func grow() {
        let larger = UnsafeMutableBufferPointer<Entry>.allocate(capacity: ring.count * 2)
        for place in 0..<count { larger.initializeElement(at: place, to: ring[(head + place) % ring.count]) }
        ring.deallocate()
        ring = larger
        head = 0
    }
}
