/// What tells an example from the others of its class, wherever the data set lies.
public struct ExampleKey: Sendable, Hashable {
    /// Of a file: the bytes of its path below the class's folder.
    public let name: [UInt8]
    /// The file's size; 0 where the example has no file of its own.
    public let byteCount: Int

    public init(name: [UInt8], byteCount: Int = 0) {
        self.name = name
        self.byteCount = byteCount
    }
}

/// From what a data set's identity follows.
public enum IdentityBasis: Sendable, Hashable {
    /// From what it was made with: it is the same wherever it is made.
    case options(String)
    /// From its classes, its examples' keys, and `traits`: what else tells it from others, cheap to know.
    case examples(traits: [UInt8])
}
