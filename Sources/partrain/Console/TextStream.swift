import Glibc

/// Where text goes. A failure is an error: a pipe whose reader has gone, a full disk.
protocol TextSink {
    /// Whether somebody watches who can see a line change in place.
    var isTerminal: Bool { get }
    /// The columns of the terminal.
    var width: Int { get }
    func write(_ text: String) throws
}

/// Standard output or standard error.
struct TextStream: TextSink {
    static let output = TextStream(descriptor: STDOUT_FILENO)
    static let error = TextStream(descriptor: STDERR_FILENO)

    let descriptor: Int32

    var isTerminal: Bool { isatty(descriptor) == 1 }

    func write(_ text: String) throws(OutputError) {
        var text = text
        let failure = text.withUTF8 { bytes -> Int32? in
            var done = 0
            while done < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
                if count > 0 { done += count } else if errno != EINTR { return errno }
            }
            return nil
        }
        if let failure { throw OutputError(reason: String(cString: strerror(failure))) }
    }

    /// 100 where the terminal does not tell.
    var width: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return Int(size.ws_col)
    }
}

/// Standard output cannot be written to.
struct OutputError: Error, CustomStringConvertible {
    let reason: String

    var description: String { "standard output cannot be written to (\(reason)); check where it is sent" }
}
