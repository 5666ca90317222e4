/// Files below a data set's folder that are no part of the set: how many, by what their names end in.
public struct LeftOutFiles: Sendable, Hashable {
    /// Where they lie: `in test`, `beside the class folders`. Nil for the place where the set's own files lie.
    public let place: String?
    /// With its dot, in lower case: `.gif`. Empty where the name has none; `other` where it is no ordinary one.
    public let ending: String
    public let count: Int

    /// Longer ones are parts of names that have a dot in them.
    private static let longestEnding = 10

    /// Counts files by ending, the most first.
    static func counted(_ names: some Sequence<[UInt8]>, place: String?) -> [LeftOutFiles] {
        var counts: [String: Int] = [:]
        for name in names { counts[ending(of: name), default: 0] += 1 }
        return list(counts, place: place)
    }

    /// Files that were counted by ending, the most first.
    static func list(_ counts: [String: Int], place: String?) -> [LeftOutFiles] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
            LeftOutFiles(place: place, ending: $0.key, count: $0.value)
        }
    }

    /// Counts one file more. Endings beyond so many that nobody has them by chance are counted together.
    static func count(_ name: [UInt8], in counts: inout [String: Int]) {
        let ending = ending(of: name)
        counts[counts[ending] != nil || counts.count < mostEndings ? ending : "other", default: 0] += 1
    }

    private static let mostEndings = 100

    private static func ending(of path: [UInt8]) -> String {
        let name = path[(path.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 0)...]
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")), dot + 1 < name.endIndex else { return "" }
        let ending = name[(dot + 1)...]
        let isOrdinary = ending.count <= longestEnding && ending.allSatisfy { $0 < 0x80 && isWord(Character(Unicode.Scalar($0))) }
        return isOrdinary ? "." + String(decoding: ending, as: UTF8.self).lowercased() : "other"
    }

    private static func isWord(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "_-~+".contains(character)
    }
}

extension [LeftOutFiles] {
    /// How many files.
    public var total: Int { reduce(0) { $0 + $1.count } }

    /// Over all places, the most first.
    public var byEnding: [(ending: String, count: Int)] {
        var counts: [String: Int] = [:]
        for files in self { counts[files.ending, default: 0] += files.count }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    /// `9 files left out: 4 .webp, 3 .gif, 1 without an ending; in test: 1 .jpg`. Nil where there are none.
    public var sentence: String? {
        guard !isEmpty else { return nil }
        var places: [String?] = []
        for files in self where !places.contains(files.place) { places.append(files.place) }
        let lists = places.map { place in
            (place.map { "\($0): " } ?? "") + Self.list(filter { $0.place == place })
        }
        return "\(total) file\(total == 1 ? "" : "s") left out: " + lists.joined(separator: "; ")
    }

    /// The first few of what may be many.
    private static func list(_ files: [LeftOutFiles]) -> String {
        let most = 8
        var parts = files.prefix(most).map { files in
            switch files.ending {
            case "": "\(files.count) without an ending"
            case "other": "\(files.count) of no usual ending"
            default: "\(files.count) \(files.ending)"
            }
        }
        let rest = files.dropFirst(most).reduce(0) { $0 + $1.count }
        if rest > 0 { parts.append("\(rest) of other endings") }
        return parts.joined(separator: ", ")
    }
}
