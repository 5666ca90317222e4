extension HeaderScanner {
    /// Reads text in quotation marks (RFC 8259, section 7): UTF-8 that is valid, escapes that are complete.
    mutating func text() throws(CheckpointError) -> String {
        try expect("\"")
        let start = position
        while position < bytes.count, bytes[position] != 0x22, bytes[position] != 0x5C { position += 1 }
        guard position < bytes.count else { throw failure("the text that begins here does not end", at: start - 1) }
        // Most texts have no escape, and their bytes are taken as they stand.
        var content = [UInt8]()
        if bytes[position] == 0x5C {
            content.append(contentsOf: bytes[start..<position])
            while true {
                guard position < bytes.count else { throw failure("the text that begins here does not end", at: start - 1) }
                let byte = bytes[position]
                if byte == 0x22 { break }
                position += 1
                if byte == 0x5C { try appendEscape(to: &content) } else { content.append(byte) }
            }
        }
        let raw = bytes[start..<position]
        if let control = raw.firstIndex(where: { $0 < 0x20 }) {
            throw failure("the control character \(bytes[control]) must be escaped in text", at: control)
        }
        let decoded = content.isEmpty ? String(validating: raw, as: UTF8.self) : String(validating: content, as: UTF8.self)
        guard let decoded else { throw failure("this text is not valid UTF-8", at: start) }
        position += 1
        return decoded
    }

    /// Appends what the escape stands for whose letter comes next.
    private mutating func appendEscape(to content: inout [UInt8]) throws(CheckpointError) {
        let place = position - 1
        guard position < bytes.count else { throw failure("an escape ends the header", at: place) }
        let letter = bytes[position]
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): content.append(letter)
        case UInt8(ascii: "b"): content.append(0x08)
        case UInt8(ascii: "f"): content.append(0x0C)
        case UInt8(ascii: "n"): content.append(0x0A)
        case UInt8(ascii: "r"): content.append(0x0D)
        case UInt8(ascii: "t"): content.append(0x09)
        case UInt8(ascii: "u"):
            content.append(contentsOf: UTF8.encode(try scalar(at: place))!)
        default: throw failure("there is no such escape in JSON", at: place)
        }
    }

    /// The character of a \u escape, or of two that stand for one beyond the first 65,536.
    private mutating func scalar(at place: Int) throws(CheckpointError) -> Unicode.Scalar {
        let first = try hexadecimalUnit(at: place)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard first < 0xDC00, bytes.count - position >= 2, bytes[position] == 0x5C, bytes[position + 1] == UInt8(ascii: "u")
        else { throw failure("half of a surrogate pair stands alone", at: place) }
        position += 2
        let second = try hexadecimalUnit(at: place)
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw failure("half of a surrogate pair stands alone", at: place) }
        return scalar
    }

    private mutating func hexadecimalUnit(at place: Int) throws(CheckpointError) -> UInt32 {
        guard bytes.count - position >= 4 else { throw failure("an escape ends the header", at: place) }
        var unit: UInt32 = 0
        for byte in bytes[position..<position + 4] {
            guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure("four hexadecimal digits are expected after \\u", at: place)
            }
            unit = unit << 4 | UInt32(digit)
        }
        position += 4
        return unit
    }
}
