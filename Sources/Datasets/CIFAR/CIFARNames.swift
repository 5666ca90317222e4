import ImageFiles

/// The names of the classes: a line each, in the order of the labels.
enum CIFARNames {
    /// Bytes of a file of names: several times what the longest takes.
    static let byteLimit = 1 << 16

    /// Reads the `count` names that `bytes` are, which come from `path`.
    ///
    /// Throws where there are fewer or more, or one stands there twice. Empty lines are passed over: the published files end in some.
    static func read(_ bytes: some Collection<UInt8>, count: Int, path: String) throws(DatasetError) -> [String] {
        guard bytes.count <= byteLimit else {
            throw .bad(
                path: path, offset: byteLimit, problem: "a list of \(count) names ends before there",
                remedy: "download the set again")
        }
        let (lineFeed, carriageReturn, blank) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: " "))
        var names: [String] = []
        for (number, line) in bytes.split(separator: lineFeed, omittingEmptySubsequences: false).enumerated() {
            let trimmed = line.reversed().drop { $0 == carriageReturn || $0 == blank }.reversed()
            guard !trimmed.isEmpty else { continue }
            let name = EscapedName.text(of: Array(trimmed))
            guard !names.contains(name) else {
                throw .bad(
                    path: path, problem: "line \(number + 1): the class \(name) stands there twice",
                    remedy: "download the set again")
            }
            guard names.count < count else {
                throw .bad(
                    path: path, problem: "line \(number + 1): \(name) is one name more than the \(count) of the classes",
                    remedy: "download the set again")
            }
            names.append(name)
        }
        guard names.count == count else {
            throw .bad(
                path: path, offset: bytes.count, problem: "the file ends after \(names.count) names of \(count)",
                remedy: "download the set again")
        }
        return names
    }
}
