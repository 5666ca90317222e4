import CImageCodecs

/// JPEG files that are in order: of the kinds that decoders treat differently.
enum JPEGBytes {
    static let all = [
        encoded(height: 24, width: 40, TJSAMP_444), encoded(height: 33, width: 17, TJSAMP_420),
        encoded(height: 16, width: 16, TJSAMP_GRAY),
        encoded(height: 24, width: 40, TJSAMP_420, flags: TJFLAG_PROGRESSIVE), encoded(height: 1, width: 1, TJSAMP_422),
        encoded(height: 600, width: 700, TJSAMP_420, flat: true),
        encoded(height: 600, width: 700, TJSAMP_420, flat: true, flags: TJFLAG_PROGRESSIVE),
    ]

    /// Pictures in several scans cannot be judged before their coefficients are kept: two bytes for each, 64 in a block, of which a byte
    /// of the file can hold eight. Others get a mebibyte like every file.
    static func allowance(_ bytes: [UInt8]) -> Int {
        Subject.usualAllowance + (isInScans(bytes) ? 8 * 128 * bytes.count : 0)
    }

    /// Whether a marker says that the picture is progressive, or the first scan holds but a part of the components.
    private static func isInScans(_ bytes: [UInt8]) -> Bool {
        guard bytes.starts(with: [0xFF, 0xD8]) else { return false }
        var parts: UInt8?
        for place in bytes.indices.dropFirst(2) where bytes[place - 1] == 0xFF {
            switch bytes[place] {
            case 0xC0, 0xC1: parts = parts ?? (place + 8 < bytes.count ? bytes[place + 8] : nil)
            case 0xC2: return true
            case 0xDA where place + 3 < bytes.count: if let parts, bytes[place + 3] < parts { return true }
            default: break
            }
        }
        return false
    }

    private static func encoded(
        height: Int, width: Int, _ sampling: TJSAMP, flat: Bool = false, flags: Int32 = 0
    ) -> [UInt8] {
        let pixels = (0..<3 * height * width).map { flat ? 200 : UInt8(($0 * 2_654_435_761 >> 9) & 255) }
        let handle = tjInitCompress()
        defer { tjDestroy(handle) }
        var result: UnsafeMutablePointer<UInt8>?
        var size: UInt = 0
        let code = tjCompress2(
            handle, pixels, Int32(width), 0, Int32(height), Int32(TJPF_RGB.rawValue), &result, &size, Int32(sampling.rawValue),
            60,
            flags)
        precondition(code == 0, "libjpeg-turbo encodes")
        defer { tjFree(result) }
        return Array(UnsafeBufferPointer(start: result, count: Int(size)))
    }
}
