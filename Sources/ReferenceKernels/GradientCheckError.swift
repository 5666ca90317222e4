/// Why a gradient cannot be checked.
public enum GradientCheckError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An operation, or one of its gradient's, that nothing computes in double precision.
    case noLoop(operation: String, layer: String)

    public var description: String {
        switch self {
        case .noLoop(let operation, let layer):
            "\(operation) of \(layer) has no loop in double precision; have its type conform to LoopOperation"
        }
    }
}
