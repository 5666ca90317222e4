extension String {
    /// Where a line may end.
    package enum Breaks: Sendable {
        /// At any blank. A word that is longer than a line stays whole, so that a path can still be copied.
        case words
        /// At a dot between phrases (which is left out there), after a comma, before a plus sign or a bracket, as long as that fills half
        /// a line; else at any blank. A word that is longer than a line is broken.
        case phrases
    }

    /// This line in lines of at most `width` columns; all but the first begin with `hanging` blanks. Its own blanks at the begin stay.
    package func folded(to width: Int, hanging: Int = 0, at breaks: Breaks = .phrases) -> [String] {
        guard columns > width else { return [self] }
        var lines: [String] = []
        var indent = String(prefix { $0 == " " })
        var rest = dropFirst(indent.count)
        while true {
            let room = Swift.max(1, width - indent.columns)
            guard let (end, next) = Self.place(in: rest, room: room, at: breaks) else { break }
            lines.append((indent + rest[..<end]).trimmedAtEnd)
            rest = rest[next...].drop { $0 == " " }
            // Where hardly anything fits beside the blanks, they go.
            indent = String(repeating: " ", count: hanging < width - 1 ? hanging : 0)
        }
        return rest.isEmpty ? lines : lines + [indent + rest]
    }

    /// Where the first line of `text` ends and the next begins; nil where it has room.
    private static func place(in text: Substring, room: Int, at breaks: Breaks) -> (end: Index, next: Index)? {
        var used = 0
        var word: (end: Index, next: Index)?
        var phrase: (end: Index, next: Index)?
        for index in text.indices {
            let character = text[index]
            if character == " ", index > text.startIndex {
                let after = text.index(after: index)
                word = (index, after)
                if breaks == .phrases, 2 * used >= room, let found = phraseEnd(in: text, blank: index) { phrase = found }
                // The word that did not fit was longer than a line.
                if used > room { return word }
            }
            used += character.columns
            guard used > room else { continue }
            if let found = phrase ?? word, found.end <= index { return found }
            // A line has at least one character, however wide.
            if breaks == .phrases, index > text.startIndex { return (index, index) }
        }
        return nil
    }

    private static func phraseEnd(in text: Substring, blank: Index) -> (end: Index, next: Index)? {
        let before = text[text.index(before: blank)]
        let after = text[text.index(after: blank)...]
        if after.hasPrefix("· ") { return (blank, after.index(after.startIndex, offsetBy: 2)) }
        if before == "," || before == ";" || after.hasPrefix("+ ") || after.hasPrefix("(") { return (blank, after.startIndex) }
        return nil
    }
}
