/// How a stored image has to be turned and mirrored to stand as its camera was held.
///
/// Source: CIPA DC-008 (Exif 2.32), section 4.6.4, tag 0x0112. The raw values are the tag's.
enum ImageOrientation: Int, Sendable, CaseIterable {
    case upright = 1
    case mirrored = 2
    case upsideDown = 3
    case flipped = 4
    /// Rows and columns exchanged.
    case transposed = 5
    /// To be turned clockwise.
    case turnedLeft = 6
    /// Rows and columns exchanged along the other diagonal.
    case transversed = 7
    /// To be turned counterclockwise.
    case turnedRight = 8

    /// Whether rows become columns.
    var swapsAxes: Bool { rawValue >= 5 }

    /// What `file` says: its Exif tag, or else its XMP packet, as Pillow has it; upright where it says nothing that makes sense.
    init(of file: FileContents, _ format: ImageFormat) {
        let notes = ImageNotes(of: file, format)
        let value = notes.exif.flatMap { Self.tag(inExif: $0) } ?? notes.xmp.flatMap { Self.value(inXMP: $0) }
        self = value.flatMap(Self.init(rawValue:)) ?? .upright
    }

    /// The tag's value in the first directory of a TIFF structure; nil where it is not there.
    static func tag(inExif bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let bytes = UnsafeRawBufferPointer(rebasing: bytes)
        let isLittle = bytes.starts(with: "II".utf8)
        guard isLittle || bytes.starts(with: "MM".utf8) else { return nil }
        func number(_ offset: Int, _ count: Int) -> Int? {
            guard offset >= 0, offset <= bytes.count - count else { return nil }
            let digits = bytes[offset..<offset + count]
            return isLittle ? digits.reversed().reduce(0) { $0 << 8 | Int($1) } : digits.reduce(0) { $0 << 8 | Int($1) }
        }
        guard number(2, 2) == 42, let directory = number(4, 4), let count = number(directory, 2) else { return nil }
        for entry in 0..<count {
            let place = directory + 2 + 12 * entry
            guard let tag = number(place, 2), let type = number(place + 2, 2) else { return nil }
            // The value stands in the entry itself: a byte, a number of two bytes or one of four.
            if tag == 0x0112 { return [1: 1, 3: 2, 4: 4][type].flatMap { number(place + 8, $0) } }
        }
        return nil
    }

    /// The digit after `tiff:Orientation`, as an attribute or an element.
    static func value(inXMP bytes: Slice<UnsafeRawBufferPointer>) -> Int? {
        let name = Array("tiff:Orientation".utf8)
        var rest = bytes
        while let start = rest.firstIndex(of: name[0]) {
            rest = rest[start...]
            if rest.starts(with: name) {
                var value = rest.dropFirst(name.count)
                if value.starts(with: "=\"".utf8) {
                    value = value.dropFirst(2)
                } else if value.starts(with: ">".utf8) {
                    value = value.dropFirst()
                } else {
                    rest = rest.dropFirst()
                    continue
                }
                if let digit = value.first, (0x30...0x39).contains(digit) { return Int(digit) - 0x30 }
            }
            rest = rest.dropFirst()
        }
        return nil
    }

    /// Writes `source`, [height, width, 3], as it should stand to `target`, [width, height, 3] where the axes are swapped.
    func apply(to source: UnsafeBufferPointer<UInt8>, height: Int, width: Int, into target: UnsafeMutableBufferPointer<UInt8>) {
        precondition(source.count == 3 * height * width && target.count == source.count, "the image fills both buffers")
        let (rows, columns) = swapsAxes ? (width, height) : (height, width)
        for y in 0..<rows {
            for x in 0..<columns {
                let (fromY, fromX) = origin(y: y, x: x, height: height, width: width)
                let (from, to) = (3 * (fromY * width + fromX), 3 * (y * columns + x))
                target[to] = source[from]
                target[to + 1] = source[from + 1]
                target[to + 2] = source[from + 2]
            }
        }
    }

    /// Where the pixel that shall stand at (y, x) is stored.
    private func origin(y: Int, x: Int, height: Int, width: Int) -> (y: Int, x: Int) {
        switch self {
        case .upright: (y, x)
        case .mirrored: (y, width - 1 - x)
        case .upsideDown: (height - 1 - y, width - 1 - x)
        case .flipped: (height - 1 - y, x)
        case .transposed: (x, y)
        case .turnedLeft: (height - 1 - x, y)
        case .transversed: (height - 1 - x, width - 1 - y)
        case .turnedRight: (x, width - 1 - y)
        }
    }
}
