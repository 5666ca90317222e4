/// Where an image file keeps what was noted about it: the Exif structure, beginning with its byte order, and the XMP packet.
struct ImageNotes {
    private(set) var exif: Slice<UnsafeRawBufferPointer>?
    private(set) var xmp: Slice<UnsafeRawBufferPointer>?

    private static let exifName = Array("Exif\0\0".utf8)
    private static let xmpName = Array("http://ns.adobe.com/xap/1.0/\0".utf8)
    private static let pngXMPName = Array("XML:com.adobe.xmp\0".utf8)

    /// Looks through `file` up to the first it cannot follow. GIF, BMP and PNM keep no such notes.
    init(of file: FileContents, _ format: ImageFormat) {
        switch format {
        case .jpeg: findInJPEG(file.bytes)
        case .png: findInPNG(file.bytes)
        case .webP: findInWebP(file)
        case .gif, .bmp, .netpbm: break
        }
    }

    private mutating func findInJPEG(_ bytes: UnsafeRawBufferPointer) {
        var markers = JPEGMarkers(bytes: bytes)
        while let (marker, _) = markers.next(), marker != 0xDA, marker != 0xD9, let segment = markers.segment(of: marker) {
            guard marker == 0xE1 else { continue }
            let content = bytes[segment].dropFirst(2)
            if content.starts(with: Self.exifName) {
                exif = exif ?? Self.withoutName(content)
            } else if content.starts(with: Self.xmpName) {
                xmp = xmp ?? content.dropFirst(Self.xmpName.count)
            }
        }
    }

    private mutating func findInPNG(_ bytes: UnsafeRawBufferPointer) {
        var position = PNGStream.signatureBytes
        while position + 12 <= bytes.count {
            let count = bytes[position..<position + 4].reduce(0) { $0 << 8 | Int($1) }
            guard count <= bytes.count - position - 12 else { return }
            let type = bytes[position + 4..<position + 8]
            let content = bytes[position + 8..<position + 8 + count]
            if type.elementsEqual("eXIf".utf8) {
                exif = exif ?? Self.withoutName(content)
            } else if type.elementsEqual("iTXt".utf8), content.starts(with: Self.pngXMPName),
                content.dropFirst(Self.pngXMPName.count).first == 0
            {
                // Packets are not compressed (XMP specification, part 3); their other fields are empty.
                xmp = xmp ?? content.dropFirst(Self.pngXMPName.count)
            }
            position += 12 + count
        }
    }

    private mutating func findInWebP(_ file: FileContents) {
        for chunk in WebPChunks(of: file) {
            switch chunk.name {
            case "EXIF": exif = exif ?? Self.withoutName(file.bytes[chunk.content])
            case "XMP ": xmp = xmp ?? file.bytes[chunk.content]
            default: break
            }
        }
    }

    /// The structure itself: some writers put JPEG's name before it where none belongs.
    private static func withoutName(_ content: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var content = content
        while content.starts(with: exifName) { content = content.dropFirst(exifName.count) }
        return content
    }
}
