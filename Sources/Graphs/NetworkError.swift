/// What can be wrong with a network before it ever runs.
public enum NetworkError: Error, Sendable, Hashable, CustomStringConvertible {
    /// An operation's input does not fit it: which operation, what it expects, what it got.
    case shape(operation: String, expected: String, actual: String)
    /// A window (kernel, stride, padding, dilation) that cannot be.
    case window(operation: String, reason: String)
    /// A layer's settings that cannot be, or do not fit its input.
    case layer(name: String, reason: String)
    /// A tensor of more elements, or an operation of more work, than 64 bits count with room for sums: a slip of the keyboard.
    case tooLarge(layer: String, what: String, most: Int)
    /// Two layers of one name, whose parameters could not be told apart, or two outputs.
    case duplicateName(String)
    /// A layer asks for a part of the batch that there is not.
    case noInput(name: String, layer: String)
    /// Something on the way to the loss has no gradient.
    case notDifferentiable(operation: String)

    public var description: String {
        switch self {
        case .shape(let operation, let expected, let actual):
            "\(operation) expects \(expected), but its input is \(actual)"
        case .window(let operation, let reason):
            "\(operation): \(reason)"
        case .layer(let name, let reason):
            "layer \(name): \(reason)"
        case .tooLarge(let layer, let what, let most):
            "\(layer.isEmpty ? "the network" : "layer \(layer)"): \(what), and \(most) are the most that any machine could take; "
                + "use a smaller batch, fewer classes or smaller layers"
        case .duplicateName(let name):
            "two layers are named \(name); give each layer with parameters a name of its own"
        case .noInput(let name, let layer):
            "layer \(layer) asks for \(name), which is no part of the batch"
        case .notDifferentiable(let operation):
            "\(operation) has no gradient, but the loss depends on parameters before it"
        }
    }
}

extension NetworkError {
    /// The same, of an operation of `layer`, which stands before what it names unless it does already.
    func inLayer(_ layer: String) -> NetworkError {
        guard !layer.isEmpty else { return self }
        switch self {
        case .shape(let operation, let expected, let actual) where !operation.hasPrefix(layer + ":"):
            return .shape(operation: "\(layer): \(operation)", expected: expected, actual: actual)
        case .window(let operation, let reason) where !operation.hasPrefix(layer + ":"):
            return .window(operation: "\(layer): \(operation)", reason: reason)
        default: return self
        }
    }

    /// The same, of something in the scope `path`, which stands before what it names unless it does already.
    func inScope(_ path: String) -> NetworkError {
        func isNamed(_ text: String) -> Bool { text.hasPrefix(path + ".") || text.hasPrefix(path + ": ") }
        switch self {
        case .layer(let name, let reason) where !isNamed(name): return .layer(name: "\(path).\(name)", reason: reason)
        case .shape(let operation, let expected, let actual) where !isNamed(operation):
            return .shape(operation: "\(path): \(operation)", expected: expected, actual: actual)
        case .window(let operation, let reason) where !isNamed(operation):
            return .window(operation: "\(path): \(operation)", reason: reason)
        default: return self
        }
    }
}
