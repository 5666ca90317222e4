extension ReadableFile {
    /// SHA-256 of `range` of the file, as far as it goes, with the characters in `zeros` taken as zeros.
    func checksum(of range: Range<Int>, zeroing zeros: Range<Int>) throws(CheckpointError) -> String {
        let digest = try SHA256()
        try forEachPiece(of: range.clamped(to: 0..<size), zeroing: zeros) { (piece) throws(CheckpointError) in
            try digest.update(piece)
        }
        return try digest.finish()
    }

    /// Gives `range` of the file to `body`, piece by piece, with the characters in `zeros` as zeros.
    func forEachPiece(
        of range: Range<Int>, zeroing zeros: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(
            byteCount: min(SafeTensorsFile.pieceSize, range.count), alignment: MemoryLayout<UInt64>.alignment)
        defer { buffer.deallocate() }
        var position = range.lowerBound
        while position < range.upperBound {
            let piece = position..<min(position + buffer.count, range.upperBound)
            let bytes = UnsafeMutableRawBufferPointer(rebasing: buffer[..<piece.count])
            try read(into: bytes, at: position)
            for place in zeros.clamped(to: piece) { bytes[place - position] = UInt8(ascii: "0") }
            try body(UnsafeRawBufferPointer(bytes))
            position = piece.upperBound
        }
    }
}
