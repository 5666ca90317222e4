/// Steps through a file's markers as libjpeg does: stray bytes before a marker are passed over.
struct JPEGMarkers {
    let bytes: UnsafeRawBufferPointer
    /// The first byte not looked at; at first, what follows the start of the image.
    private(set) var position = 2

    /// The next marker, and where it is.
    mutating func next() -> (marker: UInt8, offset: Int)? {
        while position + 1 < bytes.count {
            defer { position += 1 }
            if bytes[position] == 0xFF && bytes[position + 1] != 0xFF && bytes[position + 1] != 0 {
                let found = (bytes[position + 1], position)
                position += 1
                return found
            }
        }
        return nil
    }

    /// What belongs to `marker`, which was just passed, its two bytes of length included; empty for those that stand alone.
    mutating func segment(of marker: UInt8) -> Range<Int>? {
        if marker == 0x01 || (0xD0...0xD8).contains(marker) { return position..<position }
        guard position + 2 <= bytes.count else { return nil }
        let count = Int(bytes[position]) << 8 | Int(bytes[position + 1])
        guard count >= 2, position + count <= bytes.count else { return nil }
        defer { position += count }
        return position..<position + count
    }
}
