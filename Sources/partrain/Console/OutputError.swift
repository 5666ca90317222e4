import Glibc

/// A stream cannot be written to.
struct OutputError: Error, CustomStringConvertible {
    /// `standard output`
    let stream: String
    /// The system's number.
    let code: Int32

    var reason: String { String(cString: strerror(code)) }

    /// The reader of a pipe has left, as `head` does when it has enough: nothing that anybody need be told.
    var isReaderGone: Bool { code == EPIPE }

    var description: String {
        switch code {
        case EPIPE: "nobody reads \(stream) any more (\(reason))"
        case EBADF: "\(stream) is closed; open it, or send it to /dev/null"
        case ETIMEDOUT: "nobody reads \(stream) (\(reason))"
        default: "\(stream) cannot be written to (\(reason)); check where it is sent"
        }
    }
}
