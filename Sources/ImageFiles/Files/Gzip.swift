import CImageCodecs

/// Reads gzip'd files within known bounds: a first pass only counts, so nothing is allocated on a header's word.
package enum Gzip {
    /// Whether `bytes` begin as gzip does (RFC 1952, section 2.3.1).
    package static func isGzip(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count >= 2 && bytes[0] == 0x1F && bytes[1] == 0x8B
    }

    /// Passes the uncompressed content of `file` to `consume`, piece by piece, until it returns false.
    ///
    /// Throws when the compressed data are damaged or cut. Cost: a 64 KiB window, one inflation.
    package static func inflate(_ file: FileContents, _ consume: (UnsafeRawBufferPointer) -> Bool) throws(DatasetError) {
        var stream = z_stream()
        guard codecs_gzip_read_start(&stream) == Z_OK else {
            throw .unreadable(path: file.path, reason: "zlib has no memory", remedy: "free some memory, then run again")
        }
        defer { inflateEnd(&stream) }
        let window = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
        defer { window.deallocate() }

        var position = 0
        while true {
            if stream.avail_in == 0 {
                // zlib counts its input in 32 bits.
                let piece = min(file.bytes.count - position, Int(UInt32.max))
                stream.next_in = UnsafeMutablePointer(
                    mutating: file.bytes.baseAddress!.advanced(by: position).assumingMemoryBound(to: UInt8.self))
                stream.avail_in = UInt32(piece)
                position += piece
            }
            stream.next_out = window.baseAddress!.assumingMemoryBound(to: UInt8.self)
            stream.avail_out = UInt32(window.count)
            let code = CImageCodecs.inflate(&stream, Z_NO_FLUSH)
            let place = position - Int(stream.avail_in)
            guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else {
                let message = stream.msg.map { String(cString: $0) } ?? "zlib code \(code)"
                throw .bad(
                    path: file.path, problem: "the gzip data are damaged at byte \(place) of the file (\(message))",
                    remedy: "download the file again")
            }
            let produced = window.count - Int(stream.avail_out)
            if produced > 0 && !consume(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(window)[..<produced])) { return }
            if code == Z_STREAM_END {
                // Tapes and some archives pad with zeros; whatever else follows is another gzip file (RFC 1952, section 2.2).
                guard let next = file.bytes[place...].firstIndex(where: { $0 != 0 }) else { return }
                position = next
                stream.avail_in = 0
                inflateReset(&stream)
            } else if produced == 0 && place == file.bytes.count {
                throw .bad(
                    path: file.path, problem: "the gzip data are cut off at byte \(place) of the file, its last",
                    remedy: "download the file again")
            }
        }
    }
}
