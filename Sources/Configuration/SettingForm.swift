package import JSONText

/// What a setting's value looks like, and how its text is read into a configuration and written.
package struct SettingForm: Sendable {
    /// What a value is beside its text.
    enum Kind: Sendable {
        case plain
        /// Is, or may be, where a file or folder lies.
        case path
        /// May be several values.
        case list
    }

    /// What a value looks like: `a whole number above 0`.
    let expectation: String
    let kind: Kind
    /// Takes over a value; false where the text is none.
    let read: @Sendable (_ text: String, _ configuration: inout TrainingConfiguration) -> Bool
    /// The value; nil where there is none.
    package let write: @Sendable (TrainingConfiguration) -> JSONValue?

    init(
        _ expectation: String, kind: Kind = .plain,
        read: @escaping @Sendable (_ text: String, _ configuration: inout TrainingConfiguration) -> Bool,
        write: @escaping @Sendable (TrainingConfiguration) -> JSONValue?
    ) {
        self.expectation = expectation
        self.kind = kind
        self.read = read
        self.write = write
    }
}

extension SettingForm {
    typealias Property<Value> = any WritableKeyPath<TrainingConfiguration, Value> & Sendable
    typealias Value = LosslessStringConvertible & JSONRepresentable & Sendable

    /// A value that may be missing.
    static func value<V: Value>(
        _ property: Property<V?>, _ expectation: String, kind: Kind = .plain,
        where isPossible: @escaping @Sendable (V) -> Bool = { _ in true }
    ) -> SettingForm {
        SettingForm(expectation, kind: kind) { text, configuration in
            guard let value: V = parsed(text), isPossible(value) else { return false }
            configuration[keyPath: property] = value
            return true
        } write: {
            $0[keyPath: property].map(\.json)
        }
    }

    static func value<V: Value>(
        _ property: Property<V>, _ expectation: String, kind: Kind = .plain,
        where isPossible: @escaping @Sendable (V) -> Bool = { _ in true }
    ) -> SettingForm {
        SettingForm(expectation, kind: kind) { text, configuration in
            guard let value: V = parsed(text), isPossible(value) else { return false }
            configuration[keyPath: property] = value
            return true
        } write: {
            $0[keyPath: property].json
        }
    }

    /// A whole number within bounds, that may be missing.
    static func number(_ property: Property<Int?>, _ bounds: NumberBounds) -> SettingForm {
        value(property, bounds.expectation) { bounds.range.contains($0) }
    }

    static func number(_ property: Property<Int>, _ bounds: NumberBounds) -> SettingForm {
        value(property, bounds.expectation) { bounds.range.contains($0) }
    }

    static func truth(_ property: Property<Bool?>) -> SettingForm { value(property, "true or false") }

    static func truth(_ property: Property<Bool>) -> SettingForm { value(property, "true or false") }

    /// A text that is not empty, and may be missing.
    static func text(_ property: Property<String?>, _ expectation: String, kind: Kind = .plain) -> SettingForm {
        value(property, expectation, kind: kind) { !$0.isEmpty }
    }

    static func text(_ property: Property<String>, _ expectation: String, kind: Kind = .plain) -> SettingForm {
        value(property, expectation, kind: kind) { !$0.isEmpty }
    }

    /// One of the cases of an enumeration, by name.
    static func choice<V: RawRepresentable<String> & CaseIterable & Sendable>(
        _ property: Property<V>, alsoCalled aliases: [String: V] = [:]
    ) -> SettingForm {
        let names = V.allCases.map(\.rawValue)
        return SettingForm(names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")) { text, configuration in
            guard let value = V(rawValue: text) ?? aliases[text] else { return false }
            configuration[keyPath: property] = value
            return true
        } write: {
            .text($0[keyPath: property].rawValue)
        }
    }
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
