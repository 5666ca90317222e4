/// What a JPEG file's markers say before its coded data begin: enough to hold the promised image to the file's bytes before any memory
/// is taken.
///
/// Source: ITU-T Recommendation T.81 (1992), annex B.2.
struct JPEGFrame {
    let height: Int
    let width: Int
    /// What cannot be decoded of such a file; nil where all can.
    let unreadKind: String?
    /// The least number of 8 × 8 blocks of coefficients that the scans hold, over all components.
    let blockCount: Int
    /// What a decoder that has to keep all coefficients keeps, in bytes.
    let coefficientByteCount: Int
    /// Whether a block's coefficients come in several scans, so that a decoder has to keep all of them until the last.
    let needsCoefficients: Bool
    /// Whether blocks are told by an arithmetic coder, which may spend next to nothing on one.
    let isArithmetic: Bool
    /// Where the frame header is, in bytes.
    let offset: Int
    /// Where the first scan is, in bytes.
    let scanOffset: Int

    /// The marker segments that begin a frame; the others of their range define tables.
    private static let frameMarkers = Set<UInt8>(0xC0...0xCF).subtracting([0xC4, 0xC8, 0xCC])
    private static let readMarkers: Set<UInt8> = [0xC0, 0xC1, 0xC2, 0xC9, 0xCA]
    private static let sequentialMarkers: Set<UInt8> = [0xC0, 0xC1, 0xC9]

    /// Reads the markers up to the first scan. Throws where they end or contradict themselves, with the byte.
    init(of file: FileContents) throws(DatasetError) {
        var markers = JPEGMarkers(bytes: file.bytes)
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
        var (least, kept) = (0, 0)
        for factor in factors {
            // Scans of one component leave out the blocks that only fill up a group of several.
            least += Self.groups(of: 8 * across, in: width * factor.across) * Self.groups(of: 8 * down, in: height * factor.down)
            kept +=
                factor.across * Self.groups(of: 8 * across, in: width) * factor.down * Self.groups(of: 8 * down, in: height)
        }
        blockCount = least
        coefficientByteCount = 128 * kept
        needsCoefficients = !Self.sequentialMarkers.contains(marker) || Int(bytes[scan.lowerBound + 2]) < parts
        isArithmetic = marker >= 0xC9
        unreadKind = Self.unreadKind(marker: marker, bits: bytes[start + 2], parts: parts)
        offset = start - 2
        scanOffset = scan.lowerBound - 2
    }

    private static func unreadKind(marker: UInt8, bits: UInt8, parts: Int) -> String? {
        if marker == 0xC3 || marker == 0xCB { return "lossless JPEG" }
        guard readMarkers.contains(marker) else { return "hierarchical JPEG" }
        if bits != 8 { return "JPEG of \(bits) bits per sample" }
        return [1, 3, 4].contains(parts) ? nil : "JPEG of \(parts) components"
    }

    /// The size at a reduction, whose last row and column may stand for fewer pixels.
    func size(reducedBy reduction: Int) -> (height: Int, width: Int) {
        (Self.groups(of: reduction, in: height), Self.groups(of: reduction, in: width))
    }

    /// The least bytes that the scans of such an image can take: a block costs a code for its first coefficient and one for the
    /// others, of at least a bit each, the second of which progressive scans share between blocks. An arithmetic coder's cost has no
    /// such bound; where its coefficients are to be kept, it is held to the same, so that memory stays in proportion.
    var leastByteCount: Int { isArithmetic && !needsCoefficients ? 0 : (blockCount * (needsCoefficients ? 1 : 2) + 7) / 8 }

    private static func groups(of size: Int, in extent: Int) -> Int { (extent + size - 1) / size }

    private static func damaged(_ file: FileContents, _ offset: Int, _ reason: String) -> DatasetError {
        .bad(
            path: file.path, offset: offset, problem: "the JPEG header is damaged or cut off (\(reason))",
            remedy: "copy or download the image again, or remove it")
    }
}
