import CImageCodecs

/// A PNG file as its chunks say: enough to find out, in little memory, whether the promised pixels are there.
///
/// Source: ISO/IEC 15948:2004, clauses 5 (chunks), 8 (interlacing), 9 (filters).
struct PNGStream {
    /// Where the first chunk of pixels is, in bytes.
    let dataOffset: Int
    private let file: FileContents
    private let chunks: [(type: UInt32, content: Range<Int>)]
    private let passes: [(rows: Int, rowBytes: Int)]

    static let signatureBytes = 8
    private static let pixels: UInt32 = 0x4944_4154  // IDAT
    private static let end: UInt32 = 0x4945_4E44  // IEND

    /// Reads the chunks' lengths. Throws where one is longer than the file, or where there are no pixels, with the byte.
    init(of file: FileContents) throws(DatasetError) {
        let bytes = file.bytes
        var chunks = [(type: UInt32, content: Range<Int>)]()
        var position = Self.signatureBytes
        while position + 12 <= bytes.count {
            let count = Self.number(bytes, at: position)
            guard count <= bytes.count - position - 12 else {
                // Notes at the end may be cut off, pixels not.
                let isPixels = UInt32(Self.number(bytes, at: position + 4)) == Self.pixels
                if !isPixels && chunks.contains(where: { $0.type == Self.pixels }) { break }
                throw Self.damaged(file, position, "the chunk there is longer than the file")
            }
            chunks.append((UInt32(Self.number(bytes, at: position + 4)), position + 8..<position + 8 + count))
            position += 12 + count
            if chunks.last?.type == Self.end { break }
        }
        guard let first = chunks.first(where: { $0.type == Self.pixels }) else {
            throw Self.damaged(file, min(position, bytes.count), "there are no pixels")
        }
        dataOffset = first.content.lowerBound - 8
        self.chunks = chunks
        self.file = file
        passes = Self.passes(
            width: Self.number(bytes, at: 16), height: Self.number(bytes, at: 20), pixelBits: Self.pixelBits(bytes),
            isInterlaced: bytes[28] != 0)
    }

    /// Throws unless every chunk that is critical has its checksum, and the data inflate to exactly the rows that the header promises, each with a filter
    /// that exists. Cost: one inflation, a window of 64 KiB.
    func check() throws(DatasetError) {
        // A capital's fifth bit is not set: a letter that is small says that a decoder may do without the chunk.
        for chunk in chunks where chunk.type & 0x2000_0000 == 0 {
            let named = chunk.content.lowerBound - 4..<chunk.content.upperBound
            let sum = crc32(0, address(named.lowerBound), UInt32(named.count))
            guard sum == UInt(Self.number(file.bytes, at: named.upperBound)) else {
                throw Self.damaged(file, named.lowerBound - 4, "the checksum of the chunk there is wrong")
            }
        }
        try checkRows()
    }

    private func checkRows() throws(DatasetError) {
        var stream = z_stream()
        guard codecs_zlib_read_start(&stream) == Z_OK else {
            throw .unreadable(path: file.path, reason: "zlib has no memory", remedy: "free some memory, then run again")
        }
        defer { inflateEnd(&stream) }
        let window = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { window.deallocate() }
        var rows = Rows(passes)
        var place = dataOffset
        for piece in chunks where piece.type == Self.pixels {
            stream.next_in = address(piece.content.lowerBound)
            stream.avail_in = UInt32(piece.content.count)
            while true {
                stream.next_out = window.baseAddress!.assumingMemoryBound(to: UInt8.self)
                stream.avail_out = UInt32(window.count)
                let code = CImageCodecs.inflate(&stream, Z_NO_FLUSH)
                place = piece.content.upperBound - Int(stream.avail_in)
                let produced = window.count - Int(stream.avail_out)
                guard rows.take(window[..<produced]) else { throw Self.damaged(file, place, "a row has no such filter") }
                if rows.areComplete { return }
                guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
                    throw Self.damaged(file, place, stream.msg.map { String(cString: $0) } ?? "zlib code \(code)")
                }
                if code == Z_STREAM_END { throw Self.damaged(file, place, "the rows end early") }
                if produced == 0 && stream.avail_in == 0 { break }
            }
        }
        throw Self.damaged(file, place, "the rows end early")
    }

    private func address(_ offset: Int) -> UnsafeMutablePointer<UInt8> {
        UnsafeMutablePointer(mutating: file.bytes.baseAddress!.advanced(by: offset).assumingMemoryBound(to: UInt8.self))
    }

    private static func number(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int {
        bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func pixelBits(_ bytes: UnsafeRawBufferPointer) -> Int {
        let samples = [2: 3, 4: 2, 6: 4][bytes[25]] ?? 1
        return samples * Int(bytes[24])
    }

    /// The rows of each pass; Adam7 has seven.
    private static func passes(width: Int, height: Int, pixelBits: Int, isInterlaced: Bool) -> [(rows: Int, rowBytes: Int)] {
        let steps =
            isInterlaced
            ? [(0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)] : [(0, 1, 0, 1)]
        return steps.compactMap { left, across, top, down in
            let columns = (width - left + across - 1) / across
            let rows = (height - top + down - 1) / down
            return columns > 0 && rows > 0 ? (rows, (columns * pixelBits + 7) / 8) : nil
        }
    }

    private static func damaged(_ file: FileContents, _ offset: Int, _ reason: String) -> DatasetError {
        .bad(
            path: file.path, offset: offset, problem: "the PNG data are damaged or cut off there (\(reason))",
            remedy: "copy or download the image again, or remove it")
    }
}

extension PNGStream {
    /// Counts inflated bytes off against the rows to come.
    private struct Rows {
        private var passes: ArraySlice<(rows: Int, rowBytes: Int)>
        private var rowsLeft = 0
        private var rowBytes = 0
        private var bytesLeft = 0

        init(_ passes: [(rows: Int, rowBytes: Int)]) {
            self.passes = passes[...]
        }

        var areComplete: Bool { passes.isEmpty && rowsLeft == 0 && bytesLeft == 0 }

        /// Takes what was inflated; false where a row begins with none of the five filters.
        mutating func take(_ bytes: Slice<UnsafeMutableRawBufferPointer>) -> Bool {
            var position = bytes.startIndex
            while position < bytes.endIndex && !areComplete {
                if bytesLeft > 0 {
                    let count = min(bytesLeft, bytes.endIndex - position)
                    bytesLeft -= count
                    position += count
                } else if rowsLeft > 0 {
                    guard bytes[position] <= 4 else { return false }
                    rowsLeft -= 1
                    bytesLeft = rowBytes
                    position += 1
                } else if let pass = passes.popFirst() {
                    rowsLeft = pass.rows
                    rowBytes = pass.rowBytes
                }
            }
            return true
        }
    }
}
