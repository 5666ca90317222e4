/// Why a data set cannot be used. Every message names the file or the option, the place in it, and what to do about it.
public enum DatasetError: Error, Sendable, Hashable {
    /// There is nothing at `path`.
    case missing(path: String, remedy: String)
    /// The system refuses to read `path`.
    case unreadable(path: String, reason: String, remedy: String)
    /// What `path` holds is wrong, at byte `offset` where one place can be named (of the uncompressed content if it is gzip'd).
    case bad(path: String, offset: Int? = nil, problem: String, remedy: String)
    /// The data are in order, but not for what was asked of them.
    case unsuitable(problem: String, remedy: String)

    /// What kind of failure this is, as a program's exit status tells it.
    public enum Category: Sendable, Hashable {
        case missingInput
        case badContent
        case usage
    }

    public var category: Category {
        switch self {
        case .missing, .unreadable: .missingInput
        case .bad: .badContent
        case .unsuitable: .usage
        }
    }
}

extension DatasetError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .missing(let path, let remedy):
            "\(path) does not exist: \(remedy)"
        case .unreadable(let path, let reason, let remedy):
            "\(path) cannot be read (\(reason)): \(remedy)"
        case .bad(let path, let offset?, let problem, let remedy):
            "\(path), byte \(offset): \(problem): \(remedy)"
        case .bad(let path, nil, let problem, let remedy):
            "\(path): \(problem): \(remedy)"
        case .unsuitable(let problem, let remedy):
            "\(problem): \(remedy)"
        }
    }

    /// What is wrong, without where and without what to do about it.
    package var reason: String {
        switch self {
        case .missing: "it does not exist"
        case .unreadable(_, let reason, _): reason
        case .bad(_, let offset?, let problem, _): "byte \(offset): \(problem)"
        case .bad(_, nil, let problem, _), .unsuitable(let problem, _): problem
        }
    }
}
