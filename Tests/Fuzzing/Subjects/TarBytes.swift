/// Writes tar archives, honest and otherwise.
package enum TarBytes {
    /// A header of 512 bytes in ustar's format.
    package static func header(_ name: String, byteCount: Int, type: Character = "0", prefix: String = "") -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) { block.replaceSubrange(place..<place + text.utf8.count, with: text.utf8) }
        put(name, at: 0)
        put("0000644", at: 100)
        put("0000000", at: 108)
        put("0000000", at: 116)
        put(octal(byteCount, digits: 11), at: 124)
        put("00000000000", at: 136)
        put(String(type), at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(prefix, at: 345)
        return sealed(block)
    }

    /// A header with the checksum that it should have.
    package static func sealed(_ block: [UInt8]) -> [UInt8] {
        var block = block
        block.replaceSubrange(148..<156, with: repeatElement(UInt8(ascii: " "), count: 8))
        let sum = block.reduce(0) { $0 + Int($1) }
        block.replaceSubrange(148..<155, with: Array(octal(sum, digits: 6).utf8) + [0])
        return block
    }

    /// A file with its header, padded to whole blocks.
    package static func member(_ name: String, _ bytes: [UInt8], type: Character = "0", prefix: String = "") -> [UInt8] {
        header(name, byteCount: bytes.count, type: type, prefix: prefix) + bytes
            + [UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512)
    }

    /// What ends an archive.
    package static let end = [UInt8](repeating: 0, count: 1024)

    package static func archive(_ files: [(name: String, bytes: [UInt8])]) -> [UInt8] {
        files.flatMap { member($0.name, $0.bytes) } + end
    }

    /// A record of pax, which says its own length.
    package static func record(_ key: String, _ value: String) -> [UInt8] {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)".utf8.count + rest.utf8.count != length { length = "\(length)".utf8.count + rest.utf8.count }
        return Array("\(length)\(rest)".utf8)
    }

    /// A changed archive in which the checksum of every header holds, as far as they are where sizes say, so that the change is read.
    package static func withTrueChecksums(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        var place = 0
        while place + 512 <= bytes.count {
            let block = Array(bytes[place..<place + 512])
            guard block.contains(where: { $0 != 0 }) else { break }
            bytes.replaceSubrange(place..<place + 512, with: sealed(block))
            let size = block[124..<135].reduce(0) { $0 << 3 | Int($1 & 7) }
            place += 512 + (size + 511) / 512 * 512
        }
        return bytes
    }

    private static func octal(_ number: Int, digits: Int) -> String {
        let text = String(number, radix: 8)
        return String(repeating: "0", count: max(digits - text.count, 0)) + text
    }
}
