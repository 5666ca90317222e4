/// What a BMP file says of its pixels.
///
/// Source: Microsoft, "Bitmap Header Types" (BITMAPCOREHEADER to BITMAPV5HEADER).
struct BMPHeader {
    let height: Int
    let width: Int
    let bitsPerPixel: Int
    /// Whether the first row is the upper one; usually it is the lowest.
    let isTopDown: Bool
    /// Where in a pixel of 16 or more bits each of red, green and blue is.
    let masks: [UInt32]
    /// Red, green and blue of the colours that pixels of up to 8 bits stand for.
    let colours: [UInt8]
    /// Where the rows begin.
    let dataOffset: Int
    /// What of such a file cannot be decoded; nil where all can.
    let unreadKind: String?

    /// Bytes from row to row: each begins at a multiple of four.
    var rowBytes: Int { (width * bitsPerPixel + 31) / 32 * 4 }

    /// Reads the header and the colours. Throws where the file ends before.
    init(of file: FileContents) throws(DatasetError) {
        guard let header = Self(file.bytes) else {
            throw .damagedImage(file, .bmp, at: min(14, file.bytes.count), "the header ends early")
        }
        self = header
    }

    private init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 26 else { return nil }
        func number(_ offset: Int, _ count: Int) -> Int {
            bytes[offset..<offset + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        let length = number(14, 4)
        guard 14 + length <= bytes.count else { return nil }
        let isOld = length == 12
        let rows = isOld ? number(20, 2) : Int(Int32(truncatingIfNeeded: number(22, 4)))
        width = isOld ? number(18, 2) : number(18, 4)
        height = rows.magnitude > Int32.max ? 0 : abs(rows)
        isTopDown = rows < 0
        bitsPerPixel = isOld ? number(24, 2) : number(28, 2)
        let compression = isOld ? 0 : number(30, 4)
        let stated = isOld ? 0 : number(46, 4)
        let entryBytes = isOld ? 3 : 4
        let hasColours = [1, 4, 8].contains(bitsPerPixel)
        let count = hasColours ? min(stated > 0 ? stated : 1 << bitsPerPixel, 256) : 0
        // With the shortest header the masks follow it.
        let masksOffset = 54
        let colourOffset = 14 + length
        guard colourOffset + count * entryBytes <= bytes.count, compression != 3 || bytes.count >= masksOffset + 12 else {
            return nil
        }
        if compression == 3 {
            let given = (0..<3).map { UInt32(number(masksOffset + 4 * $0, 4)) }
            masks = given.allSatisfy { $0 == 0 } ? [0xFF0000, 0xFF00, 0xFF] : given
        } else {
            masks = bitsPerPixel == 16 ? [0x7C00, 0x3E0, 0x1F] : [0xFF0000, 0xFF00, 0xFF]
        }
        var colours = (0..<256).flatMap { [UInt8](repeating: UInt8($0), count: 3) }
        for index in 0..<count {
            let entry = bytes[colourOffset + index * entryBytes..<colourOffset + index * entryBytes + 3]
            colours.replaceSubrange(3 * index..<3 * index + 3, with: entry.reversed())
        }
        self.colours = colours
        let stands = number(10, 4)
        let end = colourOffset + count * entryBytes + (compression == 3 && length == 40 ? 12 : 0)
        dataOffset = stands == 0 || (stands == colourOffset && hasColours) ? end : stands
        if [1, 2].contains(compression) {
            unreadKind = "run-length coded BMP"
        } else if compression != 0 && compression != 3 || (compression == 3 && bitsPerPixel < 16) {
            unreadKind = "BMP of compression \(compression)"
        } else {
            unreadKind = [1, 4, 8, 16, 24, 32].contains(bitsPerPixel) ? nil : "BMP of \(bitsPerPixel) bits per pixel"
        }
    }
}

/// BMP files without compression, read as Pillow reads them: a fourth channel counts for nothing.
enum BMP {
    /// Decodes `file`. Throws when it is shorter than its header says, or of a kind that is not read.
    static func decode(_ file: FileContents) throws(DatasetError) -> DecodedImage {
        let header = try BMPHeader(of: file)
        if let kind = header.unreadKind { throw .unreadKind(file, at: 28, kind) }
        guard header.dataOffset + header.rowBytes * header.height <= file.bytes.count else {
            throw .damagedImage(file, .bmp, at: file.bytes.count, "the rows end early")
        }
        let image = DecodedImage(height: header.height, width: header.width)
        for y in 0..<header.height {
            let line = header.isTopDown ? y : header.height - 1 - y
            let start = header.dataOffset + line * header.rowBytes
            let row = UnsafeRawBufferPointer(rebasing: file.bytes[start..<start + header.rowBytes])
            let target = UnsafeMutableBufferPointer(rebasing: image.pixels[y * 3 * header.width..<(y + 1) * 3 * header.width])
            if header.bitsPerPixel <= 8 { lookUp(row, header, target) } else { unpack(row, header, target) }
        }
        return image
    }

    private static func lookUp(
        _ row: UnsafeRawBufferPointer, _ header: BMPHeader, _ target: UnsafeMutableBufferPointer<UInt8>
    ) {
        let bits = header.bitsPerPixel
        for x in 0..<header.width {
            let index = Int(row[x * bits / 8]) >> (8 - bits - x * bits % 8) & (1 << bits - 1)
            for c in 0..<3 { target[3 * x + c] = header.colours[3 * index + c] }
        }
    }

    private static func unpack(
        _ row: UnsafeRawBufferPointer, _ header: BMPHeader, _ target: UnsafeMutableBufferPointer<UInt8>
    ) {
        let bytes = header.bitsPerPixel / 8
        let channels = header.masks.map { mask in
            let shift = UInt32(mask == 0 ? 0 : mask.trailingZeroBitCount)
            return (mask: mask, shift: shift, most: max(mask >> shift, 1))
        }
        for x in 0..<header.width {
            var pixel: UInt32 = 0
            for byte in 0..<bytes { pixel |= UInt32(row[x * bytes + byte]) << UInt32(8 * byte) }
            for (c, channel) in channels.enumerated() {
                let value = UInt64((pixel & channel.mask) >> channel.shift)
                target[3 * x + c] = UInt8(truncatingIfNeeded: value * 255 / UInt64(channel.most))
            }
        }
    }
}
