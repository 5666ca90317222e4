import Glibc

/// A value that one thread at a time may touch.
///
/// A pthread mutex, not the standard library's `Mutex`: that one is built on futexes which the thread sanitizer does not see,
/// so that everything it guards would be reported as a race.
///
/// `@unchecked Sendable`: `value` is touched only while `mutex` is held, and what enters and leaves is `Sendable` or sent.
package final class Guarded<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var value: Value

    package init(_ value: sending Value) {
        self.value = value
        mutex = .allocate(capacity: 1)
        // With default attributes this cannot fail on Linux.
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// - Precondition: not called from within itself.
    package func withLock<Result: Sendable, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
