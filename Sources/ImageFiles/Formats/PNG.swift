import CImageCodecs

/// PNG files, through libpng.
enum PNG {
    /// Height and width in the file's header, which is its first chunk and stands at a fixed place.
    static func size(of file: FileContents) throws(DatasetError) -> (height: Int, width: Int) {
        let header = file.bytes
        guard header.count >= 33, header[12..<16].elementsEqual("IHDR".utf8) else {
            throw .bad(
                path: file.path, offset: min(header.count, 12), problem: "the PNG header is damaged or cut off",
                remedy: "copy or download the image again, or remove it")
        }
        func extent(at offset: Int) -> Int {
            header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        return (extent(at: 20), extent(at: 16))
    }

    /// Decodes `file` to the colours that its pixels have, whatever their transparency and gamma; 16-bit channels keep their upper 8 bits.
    ///
    /// Throws when the data are damaged or cut off. An image that may take more memory than `unprovenByteLimit` is first gone through
    /// without being kept, which shows whether its data are there; where already its rows may take more, it is inflated before that.
    static func decode(_ file: FileContents, height: Int, width: Int) throws(DatasetError) -> DecodedImage {
        // libpng keeps three rows of its own, of up to 8 bytes a pixel.
        let rowMemory = 32 * width
        let memory = 3 * height * width + rowMemory
        guard memory <= ImageMemory.pixelByteLimit else {
            throw .bad(
                path: file.path, offset: 16,
                problem: "the header promises rows of \(width) pixels, which take more memory than is given to one image",
                remedy: "scale the image down, or remove it")
        }
        if rowMemory > ImageMemory.unprovenByteLimit { try PNGStream(of: file).check() }
        if memory > ImageMemory.unprovenByteLimit { try read(file, height: height, width: width, into: nil) }
        let image = DecodedImage(height: height, width: width)
        try read(file, height: height, width: width, into: image.pixels.baseAddress)
        return image
    }

    private static func read(
        _ file: FileContents, height: Int, width: Int, into pixels: UnsafeMutablePointer<UInt8>?
    ) throws(DatasetError) {
        var report = codecs_report()
        let code = codecs_png_read(
            file.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), file.bytes.count, Int32(height), Int32(width), pixels,
            &report)
        guard code == 0 else { throw .damagedImage(file, .png, at: report.offset, text(of: &report)) }
    }
}
