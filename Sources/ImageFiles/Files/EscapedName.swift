/// Names of files as text that can be printed: what is no UTF-8, and what would change a terminal or a line, stands as `\xE9`.
///
/// Different names have different texts. A backslash is doubled where it would be taken for an escape, and only there.
package enum EscapedName {
    private static let backslash = UInt8(ascii: "\\")
    private static let x = UInt8(ascii: "x")

    /// `bytes` as text, on one line.
    package static func text(of bytes: some Collection<UInt8>) -> String {
        var text = ""
        var isBackslashPending = false
        func append(_ piece: String, afterBackslash doubled: Bool) {
            if isBackslashPending { text += doubled ? #"\\"# : #"\"# }
            isBackslashPending = false
            text += piece
        }
        var parser = Unicode.UTF8.ForwardParser()
        var iterator = bytes.makeIterator()
        var position = bytes.startIndex
        while true {
            switch parser.parseScalar(from: &iterator) {
            case .emptyInput:
                append("", afterBackslash: false)
                return text
            case .error(let length):
                let end = bytes.index(position, offsetBy: length)
                append(bytes[position..<end].map(escape).joined(), afterBackslash: true)
                position = end
            case .valid(let encoded):
                let scalar = Unicode.UTF8.decode(encoded)
                position = bytes.index(position, offsetBy: encoded.count)
                if isPrintable(scalar) {
                    let isBackslash = scalar == "\\"
                    append(isBackslash ? "" : String(Character(scalar)), afterBackslash: isBackslash || scalar == "x")
                    isBackslashPending = isBackslash
                } else {
                    append(encoded.map(escape).joined(), afterBackslash: true)
                }
            }
        }
    }

    /// The bytes that `text` stands for, its escapes resolved.
    static func bytes(of text: String) -> [UInt8] {
        let text = Array(text.utf8)
        var bytes = [UInt8]()
        bytes.reserveCapacity(text.count)
        var position = 0
        while position < text.count {
            if text[position] == backslash, position + 1 < text.count {
                if text[position + 1] == backslash {
                    bytes.append(backslash)
                    position += 2
                    continue
                }
                if text[position + 1] == x, position + 3 < text.count, let high = digit(text[position + 2]),
                    let low = digit(text[position + 3])
                {
                    bytes.append(high << 4 | low)
                    position += 4
                    continue
                }
            }
            bytes.append(text[position])
            position += 1
        }
        return bytes
    }

    /// `bytes` with everything escaped that is not ASCII: tells names apart that look the same.
    package static func ascii(of bytes: some Collection<UInt8>) -> String {
        bytes.map { (0x20..<0x7F).contains($0) ? String(Character(Unicode.Scalar($0))) : escape($0) }.joined()
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator, .surrogate: false
        // They turn the order of what is printed around.
        default: !scalar.properties.isBidiControl
        }
    }

    private static func escape(_ byte: UInt8) -> String {
        (byte < 16 ? #"\x0"# : #"\x"#) + String(byte, radix: 16, uppercase: true)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }
}
