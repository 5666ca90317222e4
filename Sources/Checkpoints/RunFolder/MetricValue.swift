import JSONText

/// One cell of a run's metrics.
public enum MetricValue: Sendable, Hashable {
    case integer(Int)
    case number(Double)
    /// One line.
    case text(String)
    case none

    /// In JSON; a number that is not finite has no form there and is named in quotation marks.
    var json: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): NumberText.json(value)
        case .text(let text): JSONString.quoted(text)
        case .none: "null"
        }
    }

    /// In a CSV file (RFC 4180).
    var csv: String {
        switch self {
        case .integer(let value): "\(value)"
        case .number(let value): NumberText.plain(value)
        case .text(let text): Self.csv(text)
        case .none: ""
        }
    }

    /// `text` as a field of a CSV file: in quotation marks, and those within it doubled, where it has a character that means something.
    static func csv(_ text: String) -> String {
        guard text.utf8.contains(where: { [0x22, 0x2C, 0x0D, 0x0A].contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
