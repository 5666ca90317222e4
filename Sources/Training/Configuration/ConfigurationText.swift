/// What a file of settings may look like before anything reads it as YAML.
enum ConfigurationText {
    /// Some ten times what all settings with comments take. What YAML makes of a file grows with it, several hundred bytes for each.
    static let byteLimit = 1 << 13

    /// The text of `bytes`, which came from `path`.
    ///
    /// Throws `TrainingError.malformedFile` where there is more than any settings need, and where there is an alias: settings need none, and a few
    /// that stand for each other make a small file into one that no memory holds.
    static func checked(_ given: some RandomAccessCollection<UInt8>, path: String) throws(TrainingError) -> String {
        guard given.count <= byteLimit else {
            throw .malformedFile(
                place: "\(path), byte \(byteLimit)", problem: "a file of settings ends before there; is this another file?")
        }
        let bytes = Array(given)
        if let place = bytes.indices.first(where: { isAlias(bytes, at: $0) }) {
            let line = bytes[..<place].count { $0 == UInt8(ascii: "\n") } + 1
            throw .malformedFile(
                place: "\(path), line \(line)",
                problem:
                    "what the star begins would be an alias of YAML; write out what it stands for, or put a space after the star")
        }
        return String(decoding: bytes, as: UTF8.self)
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
