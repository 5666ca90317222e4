package import CImageWriters
import Foundation

/// Makes images and encodes them.
package enum ImageFixture {
    /// The image of Golden/resize.py, [height, width, 3].
    package static func pattern(height: Int, width: Int) -> [UInt8] {
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
    package static func png(_ pixels: [UInt8], height: Int, width: Int) -> [UInt8] {
        var control = png_image()
        image_writers_png_prepare(&control)
        control.width = UInt32(width)
        control.height = UInt32(height)
        control.format = [1: UInt32(0), 3: 2, 4: 3][pixels.count / (height * width)]!
        var size: png_alloc_size_t = png_alloc_size_t(pixels.count * 2 + 4096)
        var encoded = [UInt8](repeating: 0, count: Int(size))
        precondition(png_image_write_to_memory(&control, &encoded, &size, 0, pixels, 0, nil) != 0, "libpng encodes")
        return Array(encoded[..<Int(size)])
    }

    /// `pixels`, [height, width, 3] or with four channels of ink, as JPEG; one row of them is
    /// repeated. `factors` are the sampling factors of each channel.
    package static func jpeg(
        _ pixels: [UInt8], height: Int, width: Int, factors: [(across: Int, down: Int)]? = nil,
        _ change: (inout image_writers_jpeg_kind) -> Void = { _ in }
    ) -> [UInt8] {
        let isOneRow = pixels.count < height * width
        let channels = pixels.count / (isOneRow ? width : height * width)
        var kind = image_writers_jpeg_kind()
        kind.channels = Int32(channels)
        kind.has_luma = channels == 3 ? 1 : 0
        kind.quality = 90
        kind.repeats_row = isOneRow ? 1 : 0
        let factors = factors ?? Array(repeating: (1, 1), count: channels)
        withUnsafeMutableBytes(of: &kind.across) { across in
            for (part, factor) in factors.enumerated() { across.bindMemory(to: Int32.self)[part] = Int32(factor.across) }
        }
        withUnsafeMutableBytes(of: &kind.down) { down in
            for (part, factor) in factors.enumerated() { down.bindMemory(to: Int32.self)[part] = Int32(factor.down) }
        }
        change(&kind)
        var file: UnsafeMutablePointer<UInt8>?
        let size = image_writers_jpeg(pixels, Int32(height), Int32(width), &kind, &file)
        precondition(size > 0, "libjpeg-turbo encodes")
        defer { free(file) }
        return Array(UnsafeBufferPointer(start: file, count: size))
    }

    package static func jpeg(height: Int = 40, width: Int = 50) -> [UInt8] {
        jpeg(pattern(height: height, width: width), height: height, width: width)
    }

    package static func png(height: Int = 40, width: Int = 50) -> [UInt8] {
        png(pattern(height: height, width: width), height: height, width: width)
    }

    /// A set of two classes, `Zebra` and `ant`, with three training and two validation images each.
    package static func write(to folder: TemporaryFolder, validation: String = "val") throws {
        for (split, count) in [("train", 3), (validation, 2)] {
            for name in ["Zebra", "ant"] {
                for i in 0..<count {
                    try folder.write("\(split)/\(name)/\(i).jpg", jpeg(height: 40 + i, width: 50))
                }
            }
        }
    }
}
