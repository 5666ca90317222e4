import Glibc

/// A stream that the program was given, or a file.
struct TextStream: TextSink {
    static let output = TextStream(standard: STDOUT_FILENO, name: "standard output")
    static let error = TextStream(standard: STDERR_FILENO, name: "standard error")

    let descriptor: Int32
    private let name: String
    let isTerminal: Bool

    init(descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
        isTerminal = false
    }

    private init(standard descriptor: Int32, name: String) {
        self.name = name
        isTerminal = isatty(descriptor) == 1
        // A terminal is opened once more: what waits for no terminal that stands still is then this program alone, not the shell, which
        // shares the descriptor. Where that is refused, the shared one does.
        let own = isTerminal ? open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1
        self.descriptor = own >= 0 ? own : descriptor
    }

    // MARK: Room

    /// A terminal that calls itself dumb knows no sequences that move its cursor.
    var canRewrite: Bool { isTerminal && !["", "dumb"].contains(Self.variable("TERM") ?? "") }

    /// As coreutils have it: what the terminal says, else `COLUMNS` from the environment; 80 for a terminal of which neither is known.
    var columns: Int? {
        let told = isTerminal ? Int(size.ws_col) : 0
        if told > 0 { return told }
        if let given = Self.variable("COLUMNS").flatMap(Int.init), given > 0 { return given }
        return isTerminal ? 80 : nil
    }

    var rows: Int? {
        guard isTerminal else { return nil }
        let told = Int(size.ws_row)
        return told > 0 ? told : 24
    }

    /// Asked each time: a window may have been resized.
    private var size: winsize {
        var size = winsize()
        return ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 ? size : winsize()
    }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    // MARK: Writing

    /// As much as a pipe takes without waiting once it has said that it takes something.
    private static let piece = 4096

    func write(_ text: String) throws(OutputError) {
        var text = text
        let failure = text.withUTF8 { bytes -> Int32? in
            var done = 0
            var patience = Patience()
            while done < bytes.count {
                guard patience.waits(for: descriptor) else { return ETIMEDOUT }
                let count = Glibc.write(descriptor, bytes.baseAddress! + done, min(Self.piece, bytes.count - done))
                switch count {
                case 1...: done += count
                case 0: return EIO
                default:
                    // A terminal may say that it has room and then not have enough for a line's end.
                    if errno == EAGAIN { usleep(10_000) } else if errno != EINTR { return errno }
                }
            }
            return nil
        }
        if let failure { throw OutputError(stream: name, code: failure) }
    }
}

/// How long a write waits for a reader that reads nothing: for ever, as everybody's does, until a signal asks the program to end.
private struct Patience {
    private static let interval: Int32 = 100
    /// Seconds, times ten.
    private static let most = 20
    private var waited = 0

    /// Whether something can be written now, or the write will say what is wrong.
    mutating func waits(for descriptor: Int32) -> Bool {
        var state = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while true {
            let ready = poll(&state, 1, Self.interval)
            if ready > 0 || ready < 0 && errno != EINTR { return true }
            guard StopSignals.received != nil else { continue }
            waited += 1
            if waited > Self.most { return false }
        }
    }
}
