/// WebP, GIF, BMP and PNM files that are in order, each of a few pixels.
enum SmallFormatBytes {
    static let all = [lossyWebP, losslessWebP, animatedWebP, gif, bmp(bits: 4), bmp(bits: 24), ppm]

    /// A WebP file's pixels show only when they are decoded, so that it may cost what its header promises, which is bounded: 3 bytes a
    /// pixel, and what libwebp keeps of the image. Others get a mebibyte like every file.
    static func allowance(_ bytes: [UInt8]) -> Int {
        guard bytes.starts(with: "RIFF".utf8) else { return 0 }
        return Subject.usualAllowance + 16 * 178_956_970
    }

    /// 11 × 9 pixels, by Pillow: `save(f, "WEBP", quality=40)`.
    private static let lossyWebP = bytes(
        """
        524946464e000000574542505650382042000000b001009d012a0b00090003805a25b00274010e2f12e800fed0f8458731a700feb68afa5286896abc\
        c35c0eb4af5a7f7b7bfb393151ffafde983d7dcb20b9d6000000
        """)
    /// The same, by `lossless=True`.
    private static let losslessWebP = bytes(
        """
        524946462c000000574542505650384c1f0000002f0a000200cd6544ff0364d948d3019ccff9a3fdf400433c3c31010da3dc0200
        """)
    /// One frame of the lossless image at (2, 4) of a canvas of 15 × 13.
    private static let animatedWebP: [UInt8] = {
        let frame: [UInt8] = [1, 0, 0, 2, 0, 0, 10, 0, 0, 8, 0, 0, 40, 0, 0, 0] + losslessWebP[12...]
        let canvas: [UInt8] = [2, 0, 0, 0, 14, 0, 0, 12, 0, 0]
        let content =
            Array("WEBP".utf8) + chunk("VP8X", canvas) + chunk("ANIM", [0, 0, 0, 0, 0, 0]) + chunk("ANMF", frame)
        return chunk("RIFF", content)
    }()

    /// 4 × 4 pixels of four colours, on a canvas of 6 × 5, with a transparent colour.
    private static let gif: [UInt8] =
        Array("GIF89a".utf8) + [6, 0, 5, 0, 0x91, 0, 0] + noise(12) + [0x21, 0xF9, 4, 1, 0, 0, 3, 0] + [
            0x2C, 1, 0, 1, 0, 4, 0, 4, 0, 0,
        ]
        + [2, 7] + codes([4, 0, 1, 2, 3, 6, 7, 8, 9, 0, 1, 5]) + [0, 0x3B]

    /// LZW codes of 3 bits, the first four of which leave room for a fifth bit from the eighth code on.
    private static func codes(_ codes: [Int]) -> [UInt8] {
        var (bits, width, count, next, result) = (0, 3, 0, 6, [UInt8]())
        for (place, code) in codes.enumerated() {
            bits |= code << count
            count += width
            if place > 1 { next += 1 }
            if next == 1 << width { width += 1 }
            while count >= 8 {
                result.append(UInt8(bits & 255))
                bits >>= 8
                count -= 8
            }
        }
        result.append(UInt8(bits & 255))
        return Array((result + [0, 0, 0, 0, 0, 0, 0]).prefix(7))
    }

    private static func bmp(bits: Int) -> [UInt8] {
        let rows = noise(8 * ((7 * bits + 31) / 32 * 4))
        let colours = bits == 4 ? noise(64) : []
        let offset = 54 + colours.count
        let header =
            little(40, 4) + little(7, 4) + little(8, 4) + little(1, 2) + little(bits, 2) + [UInt8](repeating: 0, count: 24)
        return Array("BM".utf8) + little(offset + rows.count, 4) + little(0, 4) + little(offset, 4) + header + colours + rows
    }

    private static let ppm = Array("P6\n# seven\n7 3\n255\n".utf8) + noise(63)

    private static func chunk(_ name: String, _ content: [UInt8]) -> [UInt8] {
        Array(name.utf8) + little(content.count, 4) + content + (content.count % 2 == 1 ? [0] : [])
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 255) } }

    private static func noise(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(($0 * 2_654_435_761 >> 9) & 255) } }

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
