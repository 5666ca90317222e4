import CImageWriters
import Foundation

/// JPEG files that are in order: of the kinds that decoders treat differently.
enum JPEGBytes {
    static let all = [
        encoded(height: 24, width: 40), encoded(height: 33, width: 17, factor: (2, 2)),
        encoded(height: 16, width: 16, channels: 1), encoded(height: 24, width: 40, factor: (2, 2)) { $0.is_progressive = 1 },
        encoded(height: 1, width: 1, factor: (2, 1)), encoded(height: 600, width: 700, factor: (2, 2), flat: true),
        encoded(height: 600, width: 700, factor: (2, 2), flat: true) { $0.is_progressive = 1 },
        encoded(height: 20, width: 30, channels: 4, factor: (4, 1)), encoded(height: 20, width: 30, factor: (1, 4)),
        encoded(height: 24, width: 40) { $0.is_arithmetic = 1 }, encoded(height: 24, width: 40) { $0.is_in_scans = 1 },
        encoded(height: 64, width: 64, factor: (2, 2)) { $0.restart_interval = 2 },
    ]

    /// Images in several scans cannot be checked before their coefficients are kept: two bytes for each, 64 in a block, of which a byte
    /// of the file can hold eight. Others get a mebibyte like every file.
    static func allowance(_ bytes: [UInt8]) -> Int {
        Subject.usualAllowance + (isInScans(bytes) ? 8 * 128 * bytes.count : 0)
    }

    /// Whether a marker says that the image is progressive, or the first scan holds but a part of the components.
    private static func isInScans(_ bytes: [UInt8]) -> Bool {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return false }
        var parts: UInt8?
        for place in bytes.indices.dropFirst(2) where bytes[place - 1] == 0xFF {
            switch bytes[place] {
            case 0xC0, 0xC1, 0xC9: parts = parts ?? (place + 8 < bytes.count ? bytes[place + 8] : nil)
            case 0xC2, 0xCA: return true
            case 0xDA where place + 3 < bytes.count: if let parts, bytes[place + 3] < parts { return true }
            default: break
            }
        }
        return false
    }

    private static func encoded(
        height: Int, width: Int, channels: Int = 3, factor: (across: Int32, down: Int32) = (1, 1), flat: Bool = false,
        _ change: (inout image_writers_jpeg_kind) -> Void = { _ in }
    ) -> [UInt8] {
        let pixels = (0..<channels * height * width).map { flat ? 200 : UInt8(($0 * 2_654_435_761 >> 9) & 255) }
        var kind = image_writers_jpeg_kind()
        kind.channels = Int32(channels)
        kind.has_luma = channels > 1 ? 1 : 0
        kind.across = (factor.across, 1, 1, 1)
        kind.down = (factor.down, 1, 1, 1)
        kind.quality = 60
        change(&kind)
        var file: UnsafeMutablePointer<UInt8>?
        let size = image_writers_jpeg(pixels, Int32(height), Int32(width), &kind, &file)
        precondition(size > 0, "libjpeg-turbo encodes")
        defer { free(file) }
        return Array(UnsafeBufferPointer(start: file, count: size))
    }
}
