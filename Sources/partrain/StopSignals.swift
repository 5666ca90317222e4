import Glibc
import Synchronization
import Training

/// Turns the signals that ask a program to end into a stop request: SIGINT, SIGTERM and SIGHUP. The second one, of whichever
/// kind, does at once what it does to a program that knows nothing of signals.
///
/// The signals are blocked and awaited by a thread of its own, so that no handler interrupts a write or a lock.
final class StopSignals: Sendable {
    let stop = StopRequest()
    /// The first signal that came; 0 before.
    private let first = Atomic<Int32>(0)

    /// Begins to listen. To be called before any thread is started: a thread blocks the signals that its maker blocks.
    init() {
        let listened = Self.listened
        guard !listened.isEmpty else { return }
        var set = Self.set(of: listened)
        pthread_sigmask(SIG_BLOCK, &set, nil)
        let context = Unmanaged.passRetained(self)
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<StopSignals>.fromOpaque(context!).takeRetainedValue().listen()
                return nil
            }, context.toOpaque())
        guard code == 0 else {
            // Without the thread the signals do what they always do.
            context.release()
            pthread_sigmask(SIG_UNBLOCK, &set, nil)
            return
        }
        pthread_detach(thread)
    }

    var hasArrived: Bool { first.load(ordering: .acquiring) != 0 }

    /// How a program ends that was asked to by a signal: 128 and its number.
    var exitStatus: Int32 { 128 + first.load(ordering: .acquiring) }

    /// What is not ignored: `nohup` and a shell's background jobs are to be left in peace.
    private static var listened: [Int32] {
        [SIGINT, SIGTERM, SIGHUP].filter { signal in
            var action = sigaction()
            guard sigaction(signal, nil, &action) == 0 else { return false }
            return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) != 1
        }
    }

    private static func set(of signals: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        return set
    }

    private func listen() {
        var set = Self.set(of: Self.listened)
        while true {
            var signal: Int32 = 0
            guard sigwait(&set, &signal) == 0 else { continue }
            if first.compareExchange(expected: 0, desired: signal, ordering: .acquiringAndReleasing).exchanged {
                stop.request()
                try? TextStream.error.write(
                    "\npartrain: finishing the step and saving, because of \(Self.name(signal)); again to leave at once\n")
            } else {
                leave(by: signal)
            }
        }
    }

    private func leave(by signal: Int32) {
        // Blocked signals stay pending; this thread lets this one through, to its default action.
        var one = Self.set(of: [signal])
        Glibc.signal(signal, SIG_DFL)
        kill(getpid(), signal)
        pthread_sigmask(SIG_UNBLOCK, &one, nil)
    }

    private static func name(_ signal: Int32) -> String {
        switch signal {
        case SIGINT: "SIGINT"
        case SIGHUP: "SIGHUP"
        default: "SIGTERM"
        }
    }
}
