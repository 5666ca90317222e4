/// Numbers as JSON and tables have them: with as many digits as tell them from their neighbours, and by name where they are not finite.
package enum NumberText {
    /// `NaN`, `Infinity` or `-Infinity`; nil for a finite number. JSON has no form for them, and other programs read these words.
    package static func name(ofNonFinite value: Double) -> String? {
        if value.isFinite { return nil }
        return value.isNaN ? "NaN" : value > 0 ? "Infinity" : "-Infinity"
    }

    /// A number in JSON, or its name in quotation marks.
    package static func json(_ value: Double) -> String {
        name(ofNonFinite: value).map { "\"\($0)\"" } ?? "\(value)"
    }

    /// A number in a table.
    package static func plain(_ value: Double) -> String { name(ofNonFinite: value) ?? "\(value)" }
}
