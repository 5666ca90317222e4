import CImageCodecs

/// Makes pictures and encodes them.
enum ImageFixture {
    /// The picture of Golden/resize.py, [height, width, 3].
    static func pattern(height: Int, width: Int) -> [UInt8] {
        var pixels = [UInt8]()
        for y in 0..<height {
            for x in 0..<width {
                for c in 0..<3 {
                    let grain = ((x * 2_654_435_761 ^ y * 40503 ^ c * 977) >> 7) & 63
                    let edge = (x / 5 + y / 7 + c) % 2 == 1 ? 120 : 20
                    pixels.append(UInt8((edge + grain + (x * 3 + y * 2) / 4) & 255))
                }
            }
        }
        return pixels
    }

    /// `pixels` as PNG: [height, width, C] with one channel (grey), three (colour) or four (colour and alpha).
    static func png(_ pixels: [UInt8], height: Int, width: Int) -> [UInt8] {
        var control = png_image()
        codecs_png_prepare(&control)
        control.width = UInt32(width)
        control.height = UInt32(height)
        control.format = [1: UInt32(0), 3: 2, 4: 3][pixels.count / (height * width)]!
        var size: png_alloc_size_t = png_alloc_size_t(pixels.count * 2 + 4096)
        var encoded = [UInt8](repeating: 0, count: Int(size))
        precondition(png_image_write_to_memory(&control, &encoded, &size, 0, pixels, 0, nil) != 0, "libpng encodes")
        return Array(encoded[..<Int(size)])
    }

    /// `pixels`, [height, width, 3] or with four channels of ink, as JPEG.
    static func jpeg(_ pixels: [UInt8], height: Int, width: Int) -> [UInt8] {
        let handle = tjInitCompress()
        defer { tjDestroy(handle) }
        let isInk = pixels.count == 4 * height * width
        var encoded: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        let code = tjCompress2(
            handle, pixels, Int32(width), 0, Int32(height), Int32(isInk ? TJPF_CMYK.rawValue : TJPF_RGB.rawValue), &encoded,
            &size,
            Int32(TJSAMP_444.rawValue), 90, 0)
        precondition(code == 0, "libjpeg-turbo encodes")
        defer { tjFree(encoded) }
        return Array(UnsafeBufferPointer(start: encoded, count: Int(size)))
    }

    static func jpeg(height: Int = 40, width: Int = 50) -> [UInt8] {
        jpeg(pattern(height: height, width: width), height: height, width: width)
    }

    static func png(height: Int = 40, width: Int = 50) -> [UInt8] {
        png(pattern(height: height, width: width), height: height, width: width)
    }

    /// A set of two classes, `Zebra` and `ant`, with three training and two validation pictures each.
    static func write(to folder: TemporaryFolder, validation: String = "val") throws {
        for (split, count) in [("train", 3), (validation, 2)] {
            for name in ["Zebra", "ant"] {
                for i in 0..<count {
                    try folder.write("\(split)/\(name)/\(i).jpg", jpeg(height: 40 + i, width: 50))
                }
            }
        }
    }
}
