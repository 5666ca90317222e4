/// What a binary PGM or PPM file says of its pixels.
///
/// Source: netpbm, "pgm" and "ppm" format specifications.
struct NetpbmHeader {
    let height: Int
    let width: Int
    /// 1 grey, 3 red, green and blue.
    let channels: Int
    /// What a sample of full brightness is; above 255, samples take two bytes.
    let most: Int
    /// Where the pixels begin.
    let dataOffset: Int

    /// Reads the header. Throws where it ends early or has other than numbers.
    init(of file: FileContents) throws(DatasetError) {
        var position = 2
        let width = Self.number(file.bytes, &position)
        let height = Self.number(file.bytes, &position)
        let most = Self.number(file.bytes, &position)
        guard let width, let height, let most, (1...65535).contains(most) else {
            throw .damagedImage(file, .netpbm, at: min(position, file.bytes.count), "the header lacks a number")
        }
        self.width = width
        self.height = height
        self.most = most
        channels = file.bytes[1] == UInt8(ascii: "6") ? 3 : 1
        dataOffset = position
    }

    /// The number after white space and comments, and the one byte after it.
    private static func number(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Int? {
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "#") {
                while position < bytes.count, bytes[position] != 0x0A, bytes[position] != 0x0D { position += 1 }
            } else if !isSpace(bytes[position]) {
                break
            }
            position += 1
        }
        let start = position
        var value = 0
        while position < bytes.count, (0x30...0x39).contains(bytes[position]), position - start < 10 {
            value = value * 10 + Int(bytes[position] - 0x30)
            position += 1
        }
        guard position > start, position < bytes.count, isSpace(bytes[position]) else { return nil }
        position += 1
        return value
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}

/// Binary PGM and PPM files.
enum Netpbm {
    /// Decodes `file`, samples scaled to 255. Throws when it is shorter than its header says.
    static func decode(_ file: FileContents) throws(DatasetError) -> DecodedImage {
        let header = try NetpbmHeader(of: file)
        let sampleBytes = header.most > 255 ? 2 : 1
        let samples = header.height * header.width * header.channels
        guard header.dataOffset + samples * sampleBytes <= file.bytes.count else {
            throw .damagedImage(file, .netpbm, at: file.bytes.count, "the rows end early")
        }
        let image = DecodedImage(height: header.height, width: header.width)
        let bytes = UnsafeRawBufferPointer(rebasing: file.bytes[header.dataOffset...])
        for sample in 0..<samples {
            let value = sampleBytes == 1 ? Int(bytes[sample]) : Int(bytes[2 * sample]) << 8 | Int(bytes[2 * sample + 1])
            // In this order, and halves to even, as Pillow has it.
            let scaled = (Double(value) / Double(header.most) * 255).rounded(.toNearestOrEven)
            let byte = header.most == 255 ? UInt8(value) : UInt8(min(scaled, 255))
            if header.channels == 3 {
                image.pixels[sample] = byte
            } else {
                for c in 0..<3 { image.pixels[3 * sample + c] = byte }
            }
        }
        return image
    }
}
