import Glibc
import Synchronization
import Training

/// Turns the signals that ask a program to end into a stop request: SIGINT, SIGTERM and SIGHUP. The second one, of whichever
/// kind, does at once what it does to a program that knows nothing of signals.
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
        // The handler finds it made.
        _ = state.stop
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

    private final class State: Sendable {
        let stop = StopRequest()
        /// 0 before a signal came.
        let first = Atomic<Int32>(0)
    }

    private static func handle(_ signal: Int32) {
        guard state.first.compareExchange(expected: 0, desired: signal, ordering: .acquiringAndReleasing).exchanged else {
            // Pending until the handler returns, and then fatal, so that who waits for the process learns of the signal.
            Glibc.signal(signal, SIG_DFL)
            raise(signal)
            return
        }
        state.stop.request()
        let reason = errno
        let text: StaticString = "\npartrain: finishing the step and saving; once more to leave at once\n"
        _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
        errno = reason
    }
}
