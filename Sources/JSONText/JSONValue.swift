/// A value of JSON whose objects keep their order.
public enum JSONValue: Sendable, Hashable, CustomStringConvertible {
    case null
    case boolean(Bool)
    case integer(Int64)
    case natural(UInt64)
    case number(Double)
    case text(String)
    case array([JSONValue])
    case object([Member])

    public struct Member: Sendable, Hashable {
        public let name: String
        public let value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// On one line (RFC 8259). A number that is not finite has no form in JSON and is named: `"NaN"`, `"Infinity"`.
    public var description: String {
        switch self {
        case .null: "null"
        case .boolean(let value): "\(value)"
        case .integer(let value): "\(value)"
        case .natural(let value): "\(value)"
        case .number(let value): NumberText.json(value)
        case .text(let text): JSONString.quoted(text)
        case .array(let values): "[" + values.map(\.description).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { JSONString.quoted($0.name) + ":" + $0.value.description }.joined(separator: ",") + "}"
        }
    }
}

/// What can be said in JSON.
public protocol JSONRepresentable {
    var json: JSONValue { get }
}

extension Bool: JSONRepresentable {
    public var json: JSONValue { .boolean(self) }
}

extension Int: JSONRepresentable {
    public var json: JSONValue { .integer(Int64(self)) }
}

extension UInt64: JSONRepresentable {
    public var json: JSONValue { .natural(self) }
}

extension Double: JSONRepresentable {
    public var json: JSONValue { .number(self) }
}

extension String: JSONRepresentable {
    public var json: JSONValue { .text(self) }
}

extension Optional: JSONRepresentable where Wrapped: JSONRepresentable {
    public var json: JSONValue { map(\.json) ?? .null }
}

extension Array: JSONRepresentable where Element: JSONRepresentable {
    public var json: JSONValue { .array(map(\.json)) }
}

extension JSONValue: JSONRepresentable {
    public var json: JSONValue { self }

    /// An object with its members in the order given.
    package static func members(_ members: KeyValuePairs<String, any JSONRepresentable>) -> JSONValue {
        .object(members.map { Member(name: $0.key, value: $0.value.json) })
    }
}
