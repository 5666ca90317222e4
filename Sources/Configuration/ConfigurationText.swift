/// What a file of settings may look like before anything reads it as YAML.
enum ConfigurationText {
    /// Some ten times what all settings with comments take. What YAML makes of a file grows with it, several hundred bytes for each.
    static let byteLimit = 1 << 13

    /// The text of `bytes`, which came from `path`.
    ///
    /// Throws `ConfigurationError.malformedFile` where there is more than any settings need, and where there is an alias: settings need none, and a few
    /// that stand for each other make a small file into one that no memory holds.
    static func checked(_ given: some RandomAccessCollection<UInt8>, path: String) throws(ConfigurationError) -> String {
        guard given.count <= byteLimit else {
            throw .malformedFile(
                place: "\(path), byte \(byteLimit)", problem: "a file of settings ends before there; is this another file?")
        }
        let bytes = try withoutByteOrderMark(Array(given), path: path)
        if let place = bytes.indices.first(where: { isAlias(bytes, at: $0) }) {
            let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
            throw .malformedFile(
                place: "\(path), line \(line)",
                problem:
                    "what the star begins would be an alias of YAML; write out what it stands for, or put a space after the star")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            // What stands before it is text, so that is as far as it can be read.
            let place = (0...bytes.count).last { String(validating: bytes[..<$0], as: UTF8.self) != nil } ?? 0
            throw .malformedFile(place: "\(path), byte \(place)", problem: "this is no text in UTF-8; save it as UTF-8")
        }
        return text
    }

    /// Editors of some systems begin a file in UTF-8 with a mark, which is no part of the first key.
    private static func withoutByteOrderMark(_ bytes: [UInt8], path: String) throws(ConfigurationError) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
        guard !bytes.starts(with: [0xFF, 0xFE]), !bytes.starts(with: [0xFE, 0xFF]) else {
            throw .malformedFile(place: "\(path), byte 0", problem: "this is text in UTF-16; save it as UTF-8")
        }
        return bytes
    }

    /// The line, from 1, on which `key` stands a second time at the beginning of a line.
    static func secondLine(of key: String, in text: String) -> Int? {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated()
            .filter { $0.element.hasPrefix(key) && $0.element.dropFirst(key.count).first { $0 != " " } == ":" }
            .dropFirst().first.map { $0.offset + 1 }
    }

    /// What is likely wrong where YAML cannot be read on `line`, as a remedy.
    static func remedy(in text: String, line: Int) -> String {
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let place = line - 1
        let near = lines.indices.contains(place) ? lines[place] : ""
        if near.contains("\t") { return "put blanks in place of the tab" }
        if near.hasPrefix("---") { return "leave the line --- out: a file of settings is one document" }
        return "write lines like batch-size: 64"
    }

    /// `BatchSize`, `batch_size` or `batch size` as settings are written: `batch-size`.
    static func kebabCase(_ key: String) -> String {
        var name = ""
        for character in key {
            if character == "_" || character == " " {
                name += "-"
            } else if character.isUppercase, let last = name.last, last != "-", key.contains(where: \.isLowercase) {
                name += "-" + character.lowercased()
            } else {
                name += character.lowercased()
            }
        }
        return name
    }

    /// Whether a star stands where YAML could take it for the beginning of an alias.
    private static func isAlias(_ bytes: [UInt8], at place: Int) -> Bool {
        guard bytes[place] == UInt8(ascii: "*"), place + 1 < bytes.count, isWord(bytes[place + 1]) else { return false }
        return place == 0 || !(isWord(bytes[place - 1]) || bytes[place - 1] == UInt8(ascii: "/"))
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
