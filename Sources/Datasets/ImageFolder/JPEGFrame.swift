/// What a JPEG file's markers say before its coded data begin: enough to hold the promised picture to the file's bytes before any
/// memory is taken.
///
/// Source: ITU-T Recommendation T.81 (1992), annex B.2.
struct JPEGFrame {
    let height: Int
    let width: Int
    /// 8 × 8 blocks of coefficients, over all components.
    let blockCount: Int
    /// Whether a block's coefficients come in several scans, so that a decoder has to keep all of them until the last.
    let needsCoefficients: Bool
    /// Where the frame header is, in bytes.
    let offset: Int
    /// Where the first scan is, in bytes.
    let scanOffset: Int

    /// The marker segments that begin a frame; the others of their range define tables.
    private static let frameMarkers = Set<UInt8>(0xC0...0xCF).subtracting([0xC4, 0xC8, 0xCC])
    private static let sequentialMarkers: Set<UInt8> = [0xC0, 0xC1, 0xC9]

    /// Reads the markers up to the first scan. Throws where they end or contradict themselves, with the byte.
    init(of file: FileContents) throws(DatasetError) {
        var markers = Markers(bytes: file.bytes)
        var frame: (marker: UInt8, segment: Range<Int>)?
        while let (marker, offset) = markers.next() {
            if marker == 0xD9 { break }
            guard let segment = markers.segment(of: marker) else {
                throw Self.damaged(file, offset, "the segment there is longer than the file")
            }
            if Self.frameMarkers.contains(marker), frame == nil {
                frame = (marker, segment)
            } else if marker == 0xDA {
                guard let frame else { throw Self.damaged(file, offset, "a scan begins, but no frame") }
                self = try Self(file, marker: frame.marker, segment: frame.segment, scan: segment)
                return
            }
        }
        throw Self.damaged(file, markers.position, "there is no scan")
    }

    private init(_ file: FileContents, marker: UInt8, segment: Range<Int>, scan: Range<Int>) throws(DatasetError) {
        let bytes = file.bytes
        let start = segment.lowerBound
        let parts = segment.count >= 8 ? Int(bytes[start + 7]) : 0
        guard parts > 0, segment.count >= 8 + 3 * parts, scan.count >= 3 else {
            throw Self.damaged(file, start - 2, "the frame lacks its components")
        }
        height = Int(bytes[start + 3]) << 8 | Int(bytes[start + 4])
        width = Int(bytes[start + 5]) << 8 | Int(bytes[start + 6])
        let factors = (0..<parts).map { bytes[start + 9 + 3 * $0] }.map { (across: Int($0 >> 4), down: Int($0 & 15)) }
        guard factors.allSatisfy({ (1...4).contains($0.across) && (1...4).contains($0.down) }) else {
            throw Self.damaged(file, start - 2, "the frame's sampling factors are not from 1 to 4")
        }
        let across = factors.map(\.across).max()!
        let down = factors.map(\.down).max()!
        var blocks = 0
        for factor in factors {
            blocks += Self.groups(of: 8 * across, in: width * factor.across) * Self.groups(of: 8 * down, in: height * factor.down)
        }
        blockCount = blocks
        needsCoefficients = !Self.sequentialMarkers.contains(marker) || Int(bytes[scan.lowerBound + 2]) < parts
        offset = start - 2
        scanOffset = scan.lowerBound - 2
    }

    /// The least bytes that the scans of such a picture can take: a block costs a code for its first coefficient and one for the
    /// others, of at least a bit each, the second of which progressive scans share between blocks.
    var leastByteCount: Int { (blockCount * (needsCoefficients ? 1 : 2) + 7) / 8 }

    private static func groups(of size: Int, in extent: Int) -> Int { (extent + size - 1) / size }

    private static func damaged(_ file: FileContents, _ offset: Int, _ reason: String) -> DatasetError {
        .bad(
            path: file.path, offset: offset, problem: "the JPEG header is damaged or cut off (\(reason))",
            remedy: "copy or download the picture again, or remove it")
    }
}

extension JPEGFrame {
    /// Steps through a file's markers as libjpeg does: stray bytes before a marker are passed over.
    private struct Markers {
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
}
