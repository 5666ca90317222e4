package import JSONText

/// One setting of a configuration, under the name that it has as a flag and in files: how its text is read and written.
package struct Setting: Sendable {
    /// In kebab case, without dashes before it.
    package let name: String
    /// What a value looks like: `a whole number above 0`.
    let expectation: String
    /// Takes over a value; false where the text is none.
    let read: @Sendable (_ text: String, _ configuration: inout TrainingConfiguration) -> Bool
    /// The value; nil where there is none.
    package let write: @Sendable (TrainingConfiguration) -> JSONValue?
}

extension Setting {
    /// A value that may be missing.
    init<Value: LosslessStringConvertible & JSONRepresentable & Sendable>(
        _ name: String, _ expectation: String, _ path: any WritableKeyPath<TrainingConfiguration, Value?> & Sendable,
        where isPossible: @escaping @Sendable (Value) -> Bool = { _ in true }
    ) {
        self.init(name: name, expectation: expectation) { text, configuration in
            guard let value: Value = parsed(text), isPossible(value) else { return false }
            configuration[keyPath: path] = value
            return true
        } write: {
            $0[keyPath: path].map(\.json)
        }
    }

    init<Value: LosslessStringConvertible & JSONRepresentable & Sendable>(
        _ name: String, _ expectation: String, _ path: any WritableKeyPath<TrainingConfiguration, Value> & Sendable,
        where isPossible: @escaping @Sendable (Value) -> Bool = { _ in true }
    ) {
        self.init(name: name, expectation: expectation) { text, configuration in
            guard let value: Value = parsed(text), isPossible(value) else { return false }
            configuration[keyPath: path] = value
            return true
        } write: {
            $0[keyPath: path].json
        }
    }

    /// One of the cases of an enumeration, by name.
    init<Value: RawRepresentable<String> & CaseIterable & Sendable>(
        choice name: String, _ path: any WritableKeyPath<TrainingConfiguration, Value> & Sendable,
        alsoCalled aliases: [String: Value] = [:]
    ) {
        let names = Value.allCases.map(\.rawValue)
        self.init(name: name, expectation: names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")) {
            text, configuration in
            guard let value = Value(rawValue: text) ?? aliases[text] else { return false }
            configuration[keyPath: path] = value
            return true
        } write: {
            .text($0[keyPath: path].rawValue)
        }
    }

    /// A whole number within bounds.
    init(_ name: String, _ bounds: NumberBounds, _ path: any WritableKeyPath<TrainingConfiguration, Int> & Sendable) {
        self.init(name, bounds.expectation, path) { bounds.range.contains($0) }
    }

    /// A whole number within bounds that may be missing.
    init(_ name: String, _ bounds: NumberBounds, _ path: any WritableKeyPath<TrainingConfiguration, Int?> & Sendable) {
        self.init(name, bounds.expectation, path) { bounds.range.contains($0) }
    }

    /// Whether its value is, or may be, where a file or folder lies.
    var isPath: Bool { ["data", "run", "runs", "resume", "init-from"].contains(name) }

    /// Whether a value may be a list.
    var isList: Bool { name == "milestones" || name == "freeze" }
}

/// The value that `text` is. Truth has the words that YAML has for it; numbers with a fraction are decimal.
private func parsed<Value: LosslessStringConvertible>(_ text: String) -> Value? {
    if Value.self == Bool.self {
        switch text.lowercased() {
        case "true", "yes", "on": return true as? Value
        case "false", "no", "off": return false as? Value
        default: return nil
        }
    }
    if Value.self == Double.self { return DecimalNumber.read(text) as? Value }
    return Value(text)
}
