import CImageCodecs

/// WebP files, through libwebp; of an animation, the first frame on its canvas.
enum WebP {
    /// Height and width of the image, or of the canvas of an animation.
    static func size(of file: FileContents) throws(DatasetError) -> (height: Int, width: Int) {
        var (height, width) = (Int32(0), Int32(0))
        guard codecs_webp_size(address(file, 0), file.bytes.count, &height, &width) == 0 else {
            throw .damagedImage(file, .webP, at: 12, "there is no header")
        }
        return (Int(height), Int(width))
    }

    /// Decodes `file` to the colours that its pixels have, whatever their transparency.
    ///
    /// Throws when the data are damaged or cut off. Memory: 3 bytes for each promised pixel, and libwebp takes 4 more where the image is
    /// lossless. Nothing but decoding shows whether the pixels are there: an image of one colour takes some thirty bytes whatever its size.
    static func decode(_ file: FileContents, height: Int, width: Int) throws(DatasetError) -> DecodedImage {
        let chunks = WebPChunks(of: file)
        guard chunks.isWhole else {
            throw .damagedImage(file, .webP, at: file.bytes.count, "the file ends before the image does")
        }
        let image = DecodedImage(height: height, width: width)
        guard let frame = chunks.first(where: { $0.name == "ANMF" }) else {
            try read(file, 0..<file.bytes.count, into: image.pixels, width: width)
            return image
        }
        guard let place = Self.place(of: file.bytes[frame.content], height: height, width: width) else {
            throw .damagedImage(file, .webP, at: frame.content.lowerBound, "the first frame lies outside the canvas")
        }
        image.pixels.update(repeating: 0)
        let origin = 3 * (place.top * width + place.left)
        try read(
            file, frame.content.lowerBound + frameHeaderBytes..<frame.content.upperBound,
            into: UnsafeMutableBufferPointer(rebasing: image.pixels[origin...]), width: width)
        return image
    }

    private static let frameHeaderBytes = 16

    /// Where a frame lies on its canvas; nil where it does not fit.
    private static func place(of frame: Slice<UnsafeRawBufferPointer>, height: Int, width: Int) -> (top: Int, left: Int)? {
        let bytes = UnsafeRawBufferPointer(rebasing: frame)
        guard bytes.count >= frameHeaderBytes else { return nil }
        func number(_ offset: Int) -> Int { Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]) << 16 }
        let (left, top) = (2 * number(0), 2 * number(3))
        guard left + number(6) + 1 <= width, top + number(9) + 1 <= height else { return nil }
        var (codedHeight, codedWidth) = (Int32(0), Int32(0))
        let data = bytes.baseAddress!.advanced(by: frameHeaderBytes).assumingMemoryBound(to: UInt8.self)
        guard codecs_webp_size(data, bytes.count - frameHeaderBytes, &codedHeight, &codedWidth) == 0,
            codedWidth == number(6) + 1, codedHeight == number(9) + 1
        else { return nil }
        return (top, left)
    }

    private static func read(
        _ file: FileContents, _ range: Range<Int>, into pixels: UnsafeMutableBufferPointer<UInt8>, width: Int
    ) throws(DatasetError) {
        var report = codecs_report()
        let code = codecs_webp_read(
            address(file, range.lowerBound), range.count, pixels.baseAddress, pixels.count, Int32(3 * width), &report)
        guard code == 0 else { throw .damagedImage(file, .webP, at: range.lowerBound + 12, text(of: &report)) }
    }

    private static func address(_ file: FileContents, _ offset: Int) -> UnsafePointer<UInt8>? {
        file.bytes.baseAddress?.advanced(by: offset).assumingMemoryBound(to: UInt8.self)
    }
}

/// The chunks of a WebP file, in order, as far as they are there.
///
/// Source: RFC 9649, section 2.3.
struct WebPChunks: Sequence {
    struct Chunk {
        /// Four characters.
        let name: String
        /// Its bytes in the file, without the eight before them.
        let content: Range<Int>
    }

    private let bytes: UnsafeRawBufferPointer
    private let end: Int
    /// Whether the file is as long as it says.
    let isWhole: Bool

    init(of file: FileContents) {
        bytes = file.bytes
        let promised = bytes.count >= 12 ? 8 + Self.number(bytes, at: 4) : .max
        isWhole = promised <= bytes.count
        end = Swift.min(promised, bytes.count)
    }

    func makeIterator() -> AnyIterator<Chunk> {
        var position = 12
        return AnyIterator {
            guard position + 8 <= end else { return nil }
            let count = Self.number(bytes, at: position + 4)
            guard count <= end - position - 8 else { return nil }
            let chunk = Chunk(
                name: String(decoding: bytes[position..<position + 4], as: UTF8.self),
                content: position + 8..<position + 8 + count)
            position += 8 + count + count % 2
            return chunk
        }
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        bytes[offset..<offset + 4].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
