import ImageFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A thread of its own for decoding, outside Swift's pool: it may sleep and block, and yields its core to training.
///
/// `@unchecked Sendable`: `thread` is written before the value is shared, and joined once, by `deinit`.
final class InputThread: @unchecked Sendable {
    private let thread: pthread_t

    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// How much a decoding thread gives way: a training thread next to it gets about three quarters of the core.
    private static let niceness: Int32 = 5

    /// Starts a thread that runs `body`, on the cores of the thread that starts it: start none from a pinned one.
    ///
    /// Throws when the system has no thread to give.
    init(_ body: @escaping @Sendable () -> Void) throws(DatasetError) {
        let box = Unmanaged.passRetained(Body(body))
        #if canImport(Darwin)
        var started: pthread_t?
        #else
        var started = pthread_t()
        #endif
        let code = pthread_create(
            &started, nil,
            { argument in
                #if canImport(Darwin)
                let body = Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                #else
                let body = Unmanaged<Body>.fromOpaque(argument!).takeRetainedValue()
                #endif
                InputThread.giveWay()
                body.run()
                return nil
            }, box.toOpaque())
        guard code == 0 else {
            box.release()
            throw .unsuitable(
                problem: "the system starts no further thread for input (\(String(cString: strerror(code))))",
                remedy: "ask for fewer input threads, or raise the limit of processes")
        }
        #if canImport(Darwin)
        thread = started!
        #else
        thread = started
        #endif
    }

    /// Waits for the thread to end.
    deinit {
        pthread_join(thread, nil)
    }

    private static func giveWay() {
        #if os(Linux)
        // On Linux a niceness set for "process 0" is the calling thread's own.
        setpriority(Int32(PRIO_PROCESS.rawValue), 0, niceness)
        #endif
    }
}
