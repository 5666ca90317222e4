import CThreads
import Glibc

/// Nanoseconds of a clock that never goes back; costs some tens of them, and no system call.
package func monotonicNanoseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// The hardware thread this code runs on at this instant, by the system's number; nil where the system does not tell.
package func currentCore() -> Int? {
    let core = cthreads_current_core()
    return core < 0 ? nil : Int(core)
}

/// Whether this thread treats denormal numbers as zero, as every core executor's does.
package func flushesDenormals() -> Bool { cthreads_flushes_denormals() }
