/// A header of a tar archive: 512 bytes before each member.
///
/// Source: POSIX.1-2008, `pax`, section "ustar Interchange Format"; GNU tar's manual, "Basic Tar Format", for numbers in base 256.
struct TarHeader {
    /// What follows a header.
    enum Kind {
        case file
        case folder
        /// Records of pax about the next member.
        case extended
        /// GNU's way to say the next member's name.
        case longName
        /// Records about all members that follow, or the target of a link: nothing of it is needed.
        case ignored
    }

    static let byteCount = 512

    let kind: Kind
    /// The member's path.
    let name: [UInt8]
    /// Bytes that follow, before they are padded to whole blocks.
    let contentBytes: Int

    private static let checksum = 148..<156

    /// Reads `block`, the 512 bytes at `offset` of the archive at `path`.
    ///
    /// Throws where its checksum does not hold, a number is none, or it is of a kind that no data set needs, such as a link.
    init(_ block: [UInt8], at offset: Int, of path: String) throws(DatasetError) {
        try Self.check(block, at: offset, of: path)
        name = Self.name(block)
        contentBytes = try Self.size(block, at: offset, of: path)
        switch block[156] {
        case 0, UInt8(ascii: "0"), UInt8(ascii: "7"): kind = name.last == UInt8(ascii: "/") ? .folder : .file
        case UInt8(ascii: "5"): kind = .folder
        case UInt8(ascii: "x"): kind = .extended
        case UInt8(ascii: "L"): kind = .longName
        case UInt8(ascii: "g"), UInt8(ascii: "K"): kind = .ignored
        case let type:
            let found = [UInt8(ascii: "1"), UInt8(ascii: "2")].contains(type) ? "a link" : "no plain file"
            throw .bad(
                path: path, offset: offset + 156, problem: "\(EscapedName.text(of: name)) in the archive is \(found)",
                remedy: "pack the files themselves, and nothing else")
        }
    }

    /// Holds the header to its checksum: the sum of its bytes, its own place taken for blanks. Old programs took bytes as signed.
    private static func check(_ block: [UInt8], at offset: Int, of path: String) throws(DatasetError) {
        var (sum, signed) = (0, 0)
        for (place, byte) in block.enumerated() {
            let byte = checksum.contains(place) ? UInt8(ascii: " ") : byte
            sum += Int(byte)
            signed += Int(Int8(bitPattern: byte))
        }
        let stated = number(block[checksum])
        guard let stated, stated == sum || stated == signed else {
            throw .bad(
                path: path, offset: offset,
                problem: offset == 0
                    ? "this is no tar archive: the checksum of its first header does not hold"
                    : "a header of the archive is damaged: its checksum does not hold",
                remedy: "download the archive again")
        }
    }

    private static func size(_ block: [UInt8], at offset: Int, of path: String) throws(DatasetError) -> Int {
        guard let size = number(block[124..<136]) else {
            throw .bad(
                path: path, offset: offset + 124, problem: "the size of a member is no number",
                remedy: "download the archive again")
        }
        return size
    }

    /// The name, with what stands before it in archives of POSIX; those of GNU have other things there.
    private static func name(_ block: [UInt8]) -> [UInt8] {
        let name = text(block[0..<100])
        let prefix = text(block[345..<500])
        let isOfPOSIX = block[257..<263].elementsEqual(Array("ustar".utf8) + [0])
        return isOfPOSIX && !prefix.isEmpty ? prefix + [UInt8(ascii: "/")] + name : name
    }

    /// Up to the first zero.
    private static func text(_ field: ArraySlice<UInt8>) -> [UInt8] { Array(field.prefix { $0 != 0 }) }

    /// A number in octal digits, or, marked by the highest bit, in base 256; nil where it is none, or too large to count with.
    static func number(_ field: ArraySlice<UInt8>) -> Int? {
        guard let first = field.first else { return nil }
        if first & 0x80 != 0 {
            // The second highest bit is the sign.
            guard first & 0x40 == 0 else { return nil }
            var value = Int(first & 0x3F)
            for byte in field.dropFirst() {
                guard value >> 48 == 0 else { return nil }
                value = value << 8 | Int(byte)
            }
            return value
        }
        let (blank, isEnd) = (UInt8(ascii: " "), { (byte: UInt8) in byte == 0 || byte == UInt8(ascii: " ") })
        let digits = field.drop { $0 == blank }.prefix { !isEnd($0) }
        guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "7")).contains($0) }) else { return nil }
        // Twelve digits at most: 36 bits.
        return digits.reduce(0) { $0 << 3 | Int($1 & 7) }
    }
}
