/// Text as JSON has it (RFC 8259, section 7).
package enum JSONString {
    /// `text` in quotation marks, with what must be escaped.
    package static func quoted(_ text: String) -> String {
        var result = "\""
        for character in text.unicodeScalars {
            switch character {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case let control where control.value < 0x20:
                let digits = String(control.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(character)
            }
        }
        return result + "\""
    }

    /// An array of texts.
    package static func array(_ texts: [String]) -> String { "[" + texts.map(quoted).joined(separator: ",") + "]" }

    /// The first characters of `text` in quotation marks, for a message about text that may be of any length.
    package static func excerpt(_ text: String) -> String {
        let most = 80
        let scalars = text.unicodeScalars
        if scalars.dropFirst(most).isEmpty { return quoted(text) }
        // Three dots stand for the rest.
        return quoted(String(String.UnicodeScalarView(scalars.prefix(most - 3)))) + "..."
    }
}
