import COneDNN

/// What went wrong in oneDNN, with the operation and the layouts it was asked for.
package enum OneDNNError: Error, Equatable, CustomStringConvertible {
    /// The library refused. `status` is its own word; each detail reads `role: layout`.
    case failed(operation: String, status: String, details: [String])
    /// A primitive was bound without one of the tensors it needs.
    case missingArgument(operation: String, argument: Argument, needed: [Argument])
    /// A primitive was bound to a tensor it does not take.
    case unexpectedArgument(operation: String, argument: Argument, needed: [Argument])

    package var description: String {
        switch self {
        case .failed(let operation, let status, let details):
            let advice =
                status == "unimplemented"
                ? "; this oneDNN has no kernel for these layouts: let it choose (`any`), or reorder to plain ones" : ""
            return "oneDNN \(operation) failed: \(status) [\(details.joined(separator: "; "))]\(advice)"
        case .missingArgument(let operation, let argument, let needed):
            return "oneDNN \(operation) was bound without \(argument); it needs \(OneDNNError.list(needed))"
        case .unexpectedArgument(let operation, let argument, let needed):
            return "oneDNN \(operation) was bound to \(argument), which it does not take; it needs \(OneDNNError.list(needed))"
        }
    }

    private static func list(_ arguments: [Argument]) -> String {
        arguments.map(\.description).joined(separator: ", ")
    }

    /// Turns a status of the library into an error; zero passes.
    static func check(
        _ status: Int32, _ operation: String, details: @autoclosure () -> [String] = []
    ) throws(OneDNNError) {
        guard status != 0 else { return }
        throw .failed(operation: operation, status: String(cString: onednn_status_name(status)), details: details())
    }
}
