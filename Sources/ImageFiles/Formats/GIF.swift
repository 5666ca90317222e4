/// GIF files: the first frame on its canvas, as Pillow shows it. Colours that count as transparent are shown as they are.
enum GIF {
    /// Decodes the first frame of `file`.
    ///
    /// Throws when the data are damaged or cut off, which is found out before memory is taken for the pixels.
    static func decode(_ file: FileContents) throws(DatasetError) -> DecodedImage {
        let frame = try GIFFrame(of: file)
        let count = frame.height * frame.width
        var proof = LZWReader(file.bytes, frame)
        guard proof.read(count, into: nil) else {
            throw .damagedImage(file, .gif, at: min(proof.position, file.bytes.count), "the pixels end early")
        }
        let indices = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: count)
        defer { indices.deallocate() }
        var reader = LZWReader(file.bytes, frame)
        precondition(reader.read(count, into: indices), "what was there is there again")
        let image = DecodedImage(height: frame.canvasHeight, width: frame.canvasWidth)
        paint(indices, of: frame, on: image)
        return image
    }

    private static func paint(_ indices: UnsafeMutableBufferPointer<UInt8>, of frame: GIFFrame, on image: borrowing DecodedImage)
    {
        let pixels = image.pixels
        frame.colours.withUnsafeBufferPointer { colours in
            func set(_ pixel: Int, _ index: UInt8) {
                let colour = 3 * Int(index)
                pixels[3 * pixel] = colours[colour]
                pixels[3 * pixel + 1] = colours[colour + 1]
                pixels[3 * pixel + 2] = colours[colour + 2]
            }
            for pixel in 0..<pixels.count / 3 { set(pixel, frame.background) }
            var source = 0
            for row in rows(of: frame) {
                for column in 0..<frame.width {
                    set((frame.top + row) * frame.canvasWidth + frame.left + column, indices[source])
                    source += 1
                }
            }
        }
    }

    /// The frame's rows in the order in which they come.
    private static func rows(of frame: GIFFrame) -> [Int] {
        guard frame.isInterlaced else { return Array(0..<frame.height) }
        return [(0, 8), (4, 8), (2, 4), (1, 2)].flatMap { Array(stride(from: $0.0, to: frame.height, by: $0.1)) }
    }
}

/// Takes indices from the codes of a GIF frame: strings of pixels, of which each code adds one that is a pixel longer than one before.
///
/// Source: T. Welch, "A Technique for High-Performance Data Compression", Computer 17(6), 1984; GIF89a, appendix F.
private struct LZWReader {
    /// How many codes there are of twelve bits, the most that one takes: with so many the table is full.
    private static let codeLimit = 4096

    private let bytes: UnsafeRawBufferPointer
    /// The first byte not taken.
    private(set) var position: Int
    private var bytesLeftInBlock = 0
    private var bits: UInt32 = 0
    private var bitCount = 0

    private let firstBits: Int
    private let clear: Int
    private var codeBits: Int
    private var next: Int
    private var last: Int?
    /// The string of each code: that of another, and one more pixel.
    private var prefix = [UInt16](repeating: 0, count: Self.codeLimit)
    private var suffix = [UInt8](repeating: 0, count: Self.codeLimit)
    private var first = [UInt8](repeating: 0, count: Self.codeLimit)
    private var length = [UInt16](repeating: 1, count: Self.codeLimit)

    init(_ bytes: UnsafeRawBufferPointer, _ frame: GIFFrame) {
        self.bytes = bytes
        position = frame.dataOffset
        firstBits = frame.codeBits
        clear = 1 << firstBits
        codeBits = firstBits + 1
        next = clear + 2
        for code in 0..<min(clear, 256) {
            suffix[code] = UInt8(code)
            first[code] = UInt8(code)
        }
    }

    /// Takes `count` pixels, and keeps them where `target` is given. Returns false where they end early, or a code means nothing.
    mutating func read(_ count: Int, into target: UnsafeMutableBufferPointer<UInt8>?) -> Bool {
        var done = 0
        while done < count {
            guard let code = nextCode() else { return false }
            if code == clear {
                codeBits = firstBits + 1
                next = clear + 2
                last = nil
                continue
            }
            guard code != clear + 1, isKnown(code) else { return false }
            learn(code)
            done += write(code, at: done, of: count, into: target)
            last = code
        }
        return true
    }

    private func isKnown(_ code: Int) -> Bool {
        code < min(clear, 256) || (code > clear + 1 && (code < next || (code == next && last != nil && next < Self.codeLimit)))
    }

    /// Adds the last code's string with the first pixel of this one's, unless the table is full.
    private mutating func learn(_ code: Int) {
        guard let last, next < Self.codeLimit else { return }
        prefix[next] = UInt16(last)
        first[next] = first[last]
        suffix[next] = code == next ? first[last] : first[code]
        length[next] = length[last] + 1
        next += 1
        if next == 1 << codeBits && next < Self.codeLimit { codeBits += 1 }
    }

    /// Writes the string of `code`, last pixel first, as far as there is room; returns its length.
    private func write(_ code: Int, at start: Int, of count: Int, into target: UnsafeMutableBufferPointer<UInt8>?) -> Int {
        let pixels = Int(length[code])
        guard let target else { return pixels }
        var code = code
        for place in stride(from: start + pixels - 1, through: start, by: -1) {
            if place < count { target[place] = suffix[code] }
            code = Int(prefix[code])
        }
        return pixels
    }

    private mutating func nextCode() -> Int? {
        while bitCount < codeBits {
            if bytesLeftInBlock == 0 {
                guard position < bytes.count, bytes[position] != 0 else { return nil }
                bytesLeftInBlock = Int(bytes[position])
                position += 1
            }
            guard position < bytes.count else { return nil }
            bits |= UInt32(bytes[position]) << UInt32(bitCount)
            bitCount += 8
            position += 1
            bytesLeftInBlock -= 1
        }
        let code = Int(bits) & (1 << codeBits - 1)
        bits >>= UInt32(codeBits)
        bitCount -= codeBits
        return code
    }
}
