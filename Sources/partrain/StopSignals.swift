import Glibc
import Synchronization
import Training

/// Turns the signals that ask a program to end into a stop request: SIGINT, SIGTERM and SIGHUP. SIGINT or SIGTERM once more does at once
/// what it does to a program that knows nothing of signals.
///
/// A signal often comes twice though it was meant once: a terminal that is closed sends SIGHUP, and so does its shell; `timeout` signals
/// its program and then its group; a service manager sends SIGTERM and SIGHUP together. So SIGHUP is never the second, nor is what follows the
/// first at once.
///
/// There is one for the process, as there is one reaction to each signal. The handler does only what may be done amid anything:
/// atomic operations and calls that POSIX lists as safe there (signal-safety(7)).
enum StopSignals {
    private static let state = State()

    /// What to stop by: requested when the first signal comes.
    static var stop: StopRequest { state.stop }

    /// The first signal that came.
    static var received: Int32? {
        let signal = state.first.load(ordering: .acquiring)
        return signal == 0 ? nil : signal
    }

    /// Begins to listen. Signals that are ignored stay so: `nohup` and a shell's background jobs are to be left in peace.
    static func listen() {
        // The handler finds both made.
        _ = state.stop
        state.errors.store(TextStream.error.descriptor, ordering: .relaxed)
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            var present = sigaction()
            guard sigaction(signal, nil, &present) == 0,
                unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self) != ignored
            else { continue }
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { StopSignals.handle($0) }
            action.sa_flags = SA_RESTART
            sigaction(signal, &action, nil)
        }
    }

    /// `SIG_IGN`, which C spells as a function at address 1.
    private static let ignored = 1
    /// Milliseconds within which a second signal is an echo of the first; nobody presses a key twice so fast.
    private static let echo: Int64 = 100

    private final class State: Sendable {
        let stop = StopRequest()
        /// 0 before a signal came.
        let first = Atomic<Int32>(0)
        /// When it came, milliseconds.
        let moment = Atomic<Int64>(0)
        /// Where standard error is written to.
        let errors = Atomic<Int32>(STDERR_FILENO)
    }

    private static func handle(_ signal: Int32) {
        let reason = errno
        defer { errno = reason }
        guard state.first.compareExchange(expected: 0, desired: signal, ordering: .acquiringAndReleasing).exchanged else {
            let moment = state.moment.load(ordering: .acquiring)
            // A moment of 0: the first is being handled on another thread just now.
            if signal == SIGHUP || moment == 0 || milliseconds - moment < echo { return }
            // Pending until the handler returns, and then fatal, so that who waits for the process learns of the signal.
            Glibc.signal(signal, SIG_DFL)
            raise(signal)
            return
        }
        state.moment.store(milliseconds, ordering: .releasing)
        state.stop.request()
        say("\npartrain: finishing the step and saving\n")
        if signal != SIGHUP { say("partrain: once more to leave at once\n") }
    }

    private static var milliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Unless nobody takes it: a handler that waits would hold up what it interrupts.
    private static func say(_ text: StaticString) {
        var ready = pollfd(fd: state.errors.load(ordering: .relaxed), events: Int16(POLLOUT), revents: 0)
        guard poll(&ready, 1, 0) > 0 else { return }
        _ = write(ready.fd, text.utf8Start, text.utf8CodeUnitCount)
    }
}
