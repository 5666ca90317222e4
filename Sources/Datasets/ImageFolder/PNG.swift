import CImageCodecs

/// PNG files, through libpng's simplified interface.
enum PNG {
    /// Height and width in the file's header, which is its first chunk and stands at a fixed place.
    static func size(of file: FileContents) throws(DatasetError) -> (height: Int, width: Int) {
        let header = file.bytes
        guard header.count >= 33, header[12..<16].elementsEqual("IHDR".utf8) else {
            throw .bad(
                path: file.path, offset: min(header.count, 12), problem: "the PNG header is damaged or cut off",
                remedy: "copy or download the picture again, or remove it")
        }
        func extent(at offset: Int) -> Int {
            header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        return (extent(at: 20), extent(at: 16))
    }

    /// Decodes `file`; transparent pixels show white behind them, 16-bit channels keep their upper 8 bits.
    ///
    /// Throws when the data are damaged or cut off. A picture that may take more memory than `unprovenByteLimit` is first inflated
    /// without keeping it, which shows whether its data are there.
    static func decode(_ file: FileContents, height: Int, width: Int) throws(DatasetError) -> DecodedImage {
        let stream = try PNGStream(of: file)
        // libpng keeps three rows of its own, of up to 8 bytes a pixel.
        let memory = 3 * height * width + 24 * width
        if stream.hasProfile || memory > DecodedImage.unprovenByteLimit { try stream.check() }
        var control = png_image()
        codecs_png_prepare(&control)
        defer { png_image_free(&control) }
        guard png_image_begin_read_from_memory(&control, file.bytes.baseAddress, file.bytes.count) != 0 else {
            throw damaged(file, stream, &control)
        }
        control.format = UInt32(PNG_FORMAT_FLAG_COLOR)
        control.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB)
        let image = DecodedImage(height: height, width: width)
        var white = png_color(red: 255, green: 255, blue: 255)
        guard png_image_finish_read(&control, &white, image.pixels.baseAddress, Int32(width * 3), nil) != 0 else {
            throw damaged(file, stream, &control)
        }
        return image
    }

    private static func damaged(_ file: FileContents, _ stream: PNGStream, _ control: inout png_image) -> DatasetError {
        .bad(
            path: file.path, offset: stream.dataOffset,
            problem: "the PNG data from there on are damaged or cut off (\(String(cString: codecs_png_message(&control))))",
            remedy: "copy or download the picture again, or remove it")
    }
}
