import CImageCodecs

/// PNG files that are in order, made chunk by chunk: colours, a palette, interlaced rows, and the chunks that inflate to something.
package enum PNGBytes {
    static let all = [
        file(height: 9, width: 7, colour: 2, rows: Array(repeating: [1] + noise(21), count: 9)),
        file(height: 4, width: 12, depth: 4, colour: 3, rows: Array(repeating: [0] + noise(6), count: 4), extra: palette),
        file(height: 5, width: 5, depth: 16, colour: 6, rows: Array(repeating: [4] + noise(40), count: 5), extra: profile),
        file(height: 8, width: 8, depth: 8, colour: 0, isInterlaced: true, rows: adam7),
        file(height: 700, width: 800, depth: 8, colour: 0, rows: Array(repeating: [UInt8](repeating: 0, count: 801), count: 700)),
    ]

    package static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
    private static let palette = chunk("PLTE", noise(48)) + chunk("tRNS", noise(16))
    /// A profile and a text that inflate to far more than they take.
    private static let profile =
        chunk("iCCP", Array("p\0\0".utf8) + deflated([[UInt8](repeating: 0, count: 1 << 20)]))
        + chunk("zTXt", Array("t\0\0".utf8) + deflated([[UInt8](repeating: 0x20, count: 1 << 20)]))
    /// The rows of the seven passes over 8 × 8 grey pixels.
    private static let adam7: [[UInt8]] =
        [1, 1, 2, 2, 2, 4, 4, 4, 4].map { [0] + noise($0) } + Array(repeating: [0] + noise(8), count: 4)
        + Array(repeating: [2] + noise(4), count: 2)

    private static func noise(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(($0 * 2_654_435_761 >> 9) & 255) }
    }

    private static func file(
        height: Int, width: Int, depth: UInt8 = 8, colour: UInt8, isInterlaced: Bool = false, rows: [[UInt8]], extra: [UInt8] = []
    ) -> [UInt8] {
        let header = bigEndian(width) + bigEndian(height) + [depth, colour, 0, 0, isInterlaced ? 1 : 0]
        return signature + chunk("IHDR", header) + extra + chunk("IDAT", deflated(rows)) + chunk("IEND", [])
    }

    package static func chunk(_ type: String, _ content: [UInt8]) -> [UInt8] {
        let named = Array(type.utf8) + content
        return bigEndian(content.count) + named + bigEndian(Int(crc32(0, named, UInt32(named.count))))
    }

    package static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
    }

    package static func deflated(_ rows: [[UInt8]]) -> [UInt8] {
        // Row by row: byte by byte it takes most of a test's time where nothing is optimised.
        var bytes = [UInt8]()
        for row in rows { bytes.append(contentsOf: row) }
        var count = compressBound(UInt(bytes.count))
        var result = [UInt8](repeating: 0, count: Int(count))
        precondition(compress(&result, &count, bytes, UInt(bytes.count)) == Z_OK, "zlib deflates")
        return Array(result[..<Int(count)])
    }

    /// A changed PNG file with every chunk's checksum made right, so that the change is read; other files as they are.
    static func withTrueChecksums(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.starts(with: signature) else { return bytes }
        var result = bytes
        var position = signature.count
        while position + 12 <= result.count {
            let count = result[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            guard count <= result.count - position - 12 else { break }
            let named = Array(result[position + 4..<position + 8 + count])
            let place = position + 8 + count
            result.replaceSubrange(place..<place + 4, with: bigEndian(Int(crc32(0, named, UInt32(named.count)))))
            position = place + 4
        }
        return result
    }
}
