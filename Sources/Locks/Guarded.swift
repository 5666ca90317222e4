import Glibc

/// A value that one thread at a time may touch: the one lock of this package.
///
/// A pthread mutex, not the standard library's `Mutex`: that one is built on futexes which the thread sanitizer does not see,
/// so that everything it guards would be reported as a race, and true races would hide among the reports.
///
/// `@unchecked Sendable`: `value` is touched only while `mutex` is held, and what enters and leaves is sent.
package final class Guarded<Value>: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    package init(_ value: sending Value) {
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
        mutex = .allocate(capacity: 1)
        // With default attributes this cannot fail on Linux.
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        value.deinitialize(count: 1)
        value.deallocate()
    }

    /// Runs `body` alone with the value. Costs an uncontended lock; nothing is allocated.
    ///
    /// - Precondition: not called from within itself.
    package func withLock<Result, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value.pointee)
    }
}
