/// The kinds of image file that are read, told by their content: what a file is called decides only whether it is looked at.
package enum ImageFormat: String, Sendable, CaseIterable {
    case jpeg = "JPEG"
    case png = "PNG"
    case webP = "WebP"
    case gif = "GIF"
    case bmp = "BMP"
    /// Binary PGM and PPM.
    case netpbm = "PNM"

    /// The endings, lower case and without their dot, of files that are expected to be images; any of the formats may stand behind any.
    package static let endings = ["jpg", "jpeg", "jpe", "jfif", "png", "apng", "webp", "gif", "bmp", "dib", "ppm", "pgm", "pnm"]

    /// The endings as a sentence lists them.
    package static var endingList: String { endings.map { "." + $0 }.joined(separator: " ") }

    /// Bytes from a file's beginning that suffice to tell its format.
    package static let signatureLength = 18

    /// The format whose signature `bytes`, a file's first, begin with; nil where it is none that is read.
    package init?(signatureOf bytes: UnsafeRawBufferPointer) {
        if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
            self = .jpeg
        } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            self = .png
        } else if bytes.count >= 12, bytes.starts(with: "RIFF".utf8), bytes[8..<12].elementsEqual("WEBP".utf8) {
            self = .webP
        } else if bytes.starts(with: "GIF87a".utf8) || bytes.starts(with: "GIF89a".utf8) {
            self = .gif
        } else if bytes.count >= 18, bytes.starts(with: "BM".utf8), Self.bitmapHeaderLengths.contains(bytes[14]),
            bytes[15..<18].allSatisfy({ $0 == 0 })
        {
            self = .bmp
        } else if bytes.count >= 3, bytes[0] == UInt8(ascii: "P"), bytes[1] == UInt8(ascii: "5") || bytes[1] == UInt8(ascii: "6"),
            bytes[2] == 0x20 || (0x09...0x0D).contains(bytes[2])
        {
            self = .netpbm
        } else {
            return nil
        }
    }

    /// Whether a file of this name, given as bytes since no encoding is promised, has one of `endings`, in capitals or not.
    package static func hasEnding(_ name: some BidirectionalCollection<UInt8>) -> Bool {
        guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return false }
        let ending = name[name.index(after: dot)...].map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
        return endings.contains { $0.utf8.elementsEqual(ending) }
    }

    /// Lengths of the header that follows a BMP file's first 14 bytes, by version of Windows and OS/2: two letters alone prove little.
    private static let bitmapHeaderLengths: Set<UInt8> = [12, 40, 52, 56, 64, 108, 124]
}
