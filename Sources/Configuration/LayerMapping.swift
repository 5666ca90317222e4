public import JSONText

/// Where the weights of a layer of a file go: `features.3=features.5`.
///
/// Either side is a layer, or a scope with all layers below it. Nothing behind the equals sign leaves the weights out.
public struct LayerMapping: Sendable, Hashable {
    /// In the file.
    public let source: String
    /// In the network; nil for weights that are left out.
    public let target: String?

    public init(_ source: String, to target: String?) {
        self.source = source
        self.target = target
    }

    /// Reads what `description` writes; nil where it is none.
    public init?(_ text: String) {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        guard parts.count == 2, let source = parts.first, !source.isEmpty, let target = parts.last else { return nil }
        self.init(source, to: target.isEmpty ? nil : target)
    }

    /// The name that the network has for the tensor that the file calls `name`: nil where the mapping is of another layer, and an empty name
    /// where the tensor is left out.
    package func renamed(_ name: String) -> String? {
        guard Self.isWithin(name, source) else { return nil }
        return target.map { $0 + name.dropFirst(source.count) } ?? ""
    }

    /// Whether `name` is that of `scope`, or of something in it.
    package static func isWithin(_ name: String, _ scope: String) -> Bool { name == scope || name.hasPrefix(scope + ".") }
}

extension LayerMapping: CustomStringConvertible {
    public var description: String { "\(source)=\(target ?? "")" }
}

extension LayerMapping: JSONRepresentable {
    public var json: JSONValue { .text(description) }
}
