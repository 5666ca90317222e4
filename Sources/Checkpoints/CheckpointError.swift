/// Why a run cannot be kept on disk or taken up again. Every message names the file, the place in it, and what to do about it.
public enum CheckpointError: Error, Sendable, Hashable {
    /// There is nothing at `path`.
    case missing(path: String, remedy: String)
    /// What `path` holds is wrong, at byte `offset` of the file where one place can be named.
    case bad(path: String, offset: Int? = nil, problem: String, remedy: String)
    /// The content of `path` does not have the SHA-256 that it carries.
    case damaged(path: String, expected: String, actual: String)
    /// The system refuses an operation on `path`, with the number that it calls the reason by (`errno`).
    case refused(FileOperation, path: String, code: Int32)
    /// What was written to `path` is not what comes back.
    case unfaithful(path: String, expected: String, actual: String)
    /// Another process, which `holder` describes, works in the run folder `path`.
    case locked(path: String, holder: String)
    /// The files are in order, but not for what was asked of them.
    case unsuitable(path: String, problem: String, remedy: String)
    /// The elements of a tensor that was to be written cannot be had.
    case unavailable(tensor: String, reason: String)
    /// libcrypto refuses to compute SHA-256.
    case digest

    /// What kind of failure this is, as a program's exit status tells it.
    public enum Category: Sendable, Hashable {
        case missingInput
        case badContent
        case inputOutput
        case usage
        case busy
        case system
    }

    public var category: Category {
        switch self {
        case .missing: .missingInput
        case .bad, .damaged: .badContent
        case .refused(.open, _, _): .missingInput
        case .refused, .unfaithful: .inputOutput
        case .locked: .busy
        case .unsuitable: .usage
        case .unavailable, .digest: .system
        }
    }
}

extension CheckpointError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path, let remedy):
            "\(path) does not exist: \(remedy)"
        case .bad(let path, let offset?, let problem, let remedy):
            "\(path), byte \(offset): \(problem): \(remedy)"
        case .bad(let path, nil, let problem, let remedy):
            "\(path): \(problem): \(remedy)"
        case .damaged(let path, let expected, let actual):
            "\(path) is damaged: its content has the SHA-256 \(actual), and \(expected) was written: "
                + "take another checkpoint, and check the disk"
        case .refused(let operation, let path, let code):
            "cannot \(operation.rawValue) \(path): \(SystemReason(code: code)): \(SystemReason(code: code).remedy)"
        case .unfaithful(let path, let expected, let actual):
            "\(path) reads back with the SHA-256 \(actual), and \(expected) was written: check the disk and the memory"
        case .locked(let path, let holder):
            "\(path) is in use by \(holder): wait for its end, or choose another name for this run"
        case .unsuitable(let path, let problem, let remedy):
            "\(path) \(problem): \(remedy)"
        case .unavailable(let tensor, let reason):
            "\(tensor) cannot be saved: \(reason)"
        case .digest:
            "libcrypto refuses to compute SHA-256; check the installation of OpenSSL and its policy"
        }
    }
}
