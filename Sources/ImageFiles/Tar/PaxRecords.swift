/// What pax says of the next member of an archive beside its header: `LENGTH KEY=VALUE`, a record a line.
///
/// Source: POSIX.1-2008, `pax`, section "pax Extended Header".
struct PaxRecords {
    /// The member's path, where a header has no room for it.
    private(set) var name: [UInt8]?
    /// The member's bytes, where a header has no room for the number.
    private(set) var contentBytes: Int?

    private static let limit = 1 << 48

    /// Reads `bytes`, which begin at `offset` of the archive at `path`. Throws where they are no records.
    init(_ bytes: [UInt8], at offset: Int, of path: String) throws(DatasetError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            let length = digits.count < 10 ? digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } : 0
            let record = rest.prefix(length)
            let isRecord =
                record.count == length && length > digits.count + 2 && record.dropFirst(digits.count).first == UInt8(ascii: " ")
                && record.last == UInt8(ascii: "\n")
            let text = record.dropFirst(digits.count + 1).dropLast()
            guard isRecord, let equals = text.firstIndex(of: UInt8(ascii: "=")) else {
                throw Self.bad("an extended header of the archive has a record that is none", rest.startIndex, offset, path)
            }
            guard take(text[..<equals], text[(equals + 1)...]) else {
                throw Self.bad(
                    "an extended header of the archive says \(EscapedName.text(of: text)), which cannot be read", rest.startIndex,
                    offset, path)
            }
            rest = rest.dropFirst(length)
        }
    }

    /// Takes over what is needed; false where a value is none, or the member is not stored as it is.
    private mutating func take(_ key: ArraySlice<UInt8>, _ value: ArraySlice<UInt8>) -> Bool {
        if key.elementsEqual("path".utf8) {
            name = Array(value)
        } else if key.elementsEqual("size".utf8) {
            guard let text = String(validating: value, as: UTF8.self), let size = Int(text), (0..<Self.limit).contains(size)
            else {
                return false
            }
            contentBytes = size
        }
        return !key.starts(with: "GNU.sparse".utf8)
    }

    private static func bad(_ problem: String, _ place: Int, _ offset: Int, _ path: String) -> DatasetError {
        .bad(path: path, offset: offset + place, problem: problem, remedy: "pack it again with tar --format=ustar")
    }
}
