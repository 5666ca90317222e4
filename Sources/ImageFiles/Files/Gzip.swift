import CImageCodecs

/// Reads gzip'd files within known bounds: a first pass only counts, so nothing is allocated on a header's word.
package enum Gzip {
    /// Whether `bytes` begin as gzip does (RFC 1952, section 2.3.1).
    package static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
    }

    /// Passes the uncompressed content of `file` to `consume`, piece by piece, until it returns false.
    ///
    /// Throws when the compressed data are damaged or cut, and what `consume` throws. Cost: a 64 KiB window, one inflation.
    package static func inflate(
        _ file: some ByteSource, _ consume: (UnsafeRawBufferPointer) throws(DatasetError) -> Bool
    ) throws(DatasetError) {
        var stream = z_stream()
        guard codecs_gzip_read_start(&stream) == Z_OK else {
            throw .unreadable(path: file.path, reason: "zlib has no memory", remedy: "free some memory, then run again")
        }
        defer { inflateEnd(&stream) }
        let window = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { window.deallocate() }

        var place = 0
        var isWhole = false
        var isWanted = true
        try file.forEachPiece { piece throws(DatasetError) in
            var rest = piece[...]
            while isWanted {
                if isWhole {
                    // Tapes and some archives pad with zeros; whatever else follows is another gzip file (RFC 1952, section 2.2).
                    let padding = rest.prefix { $0 == 0 }.count
                    place += padding
                    rest = rest.dropFirst(padding)
                    guard !rest.isEmpty else { break }
                    inflateReset(&stream)
                    isWhole = false
                }
                let step = try inflate(UnsafeRawBufferPointer(rebasing: rest), &stream, into: window, file.path, place)
                place += step.taken
                rest = rest.dropFirst(step.taken)
                isWhole = step.isEnd
                if step.made > 0 { isWanted = try consume(UnsafeRawBufferPointer(rebasing: window[..<step.made])) }
                // A window that is full may not be all that can be made of what was given.
                if rest.isEmpty && step.made < window.count { break }
            }
            return isWanted
        }
        guard isWhole || !isWanted else {
            throw .bad(
                path: file.path, problem: "the gzip data are cut off at byte \(place) of the file, its last",
                remedy: "download the file again")
        }
    }

    /// Inflates from `input` what `window` has room for: bytes taken and made, and whether the compressed data are at their end.
    private static func inflate(
        _ input: UnsafeRawBufferPointer, _ stream: inout z_stream, into window: UnsafeMutableRawBufferPointer, _ path: String,
        _ place: Int
    ) throws(DatasetError) -> (taken: Int, made: Int, isEnd: Bool) {
        // zlib counts its input in 32 bits.
        let given = min(input.count, Int(UInt32.max))
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = UInt32(given)
        stream.next_out = window.baseAddress!.assumingMemoryBound(to: UInt8.self)
        stream.avail_out = UInt32(window.count)
        let code = CImageCodecs.inflate(&stream, Z_NO_FLUSH)
        let taken = given - Int(stream.avail_in)
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
            let message = stream.msg.map { String(cString: $0) } ?? "zlib code \(code)"
            throw .bad(
                path: path, problem: "the gzip data are damaged at byte \(place + taken) of the file (\(message))",
                remedy: "download the file again")
        }
        return (taken, window.count - Int(stream.avail_out), code == Z_STREAM_END)
    }
}
