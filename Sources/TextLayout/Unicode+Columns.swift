extension Unicode.Scalar {
    /// The columns of a terminal that this takes: 0 for marks on other characters, 2 for East Asian wide ones and for pictograms.
    ///
    /// Source: Unicode Standard Annex #11, East Asian Width; what is ambiguous there (`·`, `─`) counts as 1, as terminals outside East
    /// Asia show it.
    package var columns: Int {
        // Printable ASCII and Latin: most of what is ever asked.
        if value < 0x300 { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        case .format: return Self.signs.contains(value) ? 1 : 0
        default: break
        }
        // Vowels and final consonants of Hangul, which join the syllable before them.
        if (0x1160...0x11FF).contains(value) { return 0 }
        if Self.wide.contains(where: { $0.contains(value) }) { return 2 }
        // Letters of flags are wide as pairs: one column each.
        let isFlagLetter = (0x1F1E6...0x1F1FF).contains(value)
        return properties.isEmojiPresentation && !isFlagLetter ? 2 : 1
    }

    /// Signs that embrace the digits after them: the only formats that are seen.
    private static let signs: Set<UInt32> = [
        0x600, 0x601, 0x602, 0x603, 0x604, 0x605, 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD,
    ]

    /// The blocks that are wide or full-width, with what is not assigned in them yet. Pictograms outside them are known by their property.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0xA4C6, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x18D08,
        0x1AFF0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x3FFFD,
    ]
}

extension Character {
    /// The columns that this takes at most: terminals differ in whether they draw what is joined as one.
    var columns: Int {
        let scalars = unicodeScalars.reduce(0) { $0 + $1.columns }
        // The selector of the coloured form (U+FE0F) widens what is narrow without it.
        return scalars == 1 && unicodeScalars.contains { $0.value == 0xFE0F } ? 2 : scalars
    }
}

extension String {
    /// The columns of a terminal that this takes, in one line.
    package var columns: Int {
        utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.columns }
    }

    /// With blanks behind it up to `width` columns.
    package func padded(to width: Int) -> String { self + blanks(width - columns) }

    /// With blanks before it up to `width` columns.
    package func right(_ width: Int) -> String { blanks(width - columns) + self }

    /// At most `width` columns of it, with an ellipsis where something is missing.
    package func cut(to width: Int) -> String {
        guard columns > width else { return self }
        return prefix(columns: width - 1) + (width > 0 ? "…" : "")
    }

    /// As many characters from the begin as `width` columns hold.
    func prefix(columns width: Int) -> String {
        var left = width
        return String(
            prefix { character in
                left -= character.columns
                return left >= 0
            })
    }

    /// Without blanks at its end.
    package var trimmedAtEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    /// With control characters, such as names of files may have, spelled as in source text: they move a terminal's cursor.
    package var printable: String {
        let isControl: (Unicode.Scalar) -> Bool = { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
        guard unicodeScalars.contains(where: isControl) else { return self }
        return unicodeScalars.map { isControl($0) ? $0.escaped(asASCII: true) : String($0) }.joined()
    }

    private func blanks(_ count: Int) -> String { String(repeating: " ", count: Swift.max(0, count)) }
}
