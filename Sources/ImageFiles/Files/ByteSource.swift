/// Bytes that are gone through from beginning to end, a piece at a time, as often as one likes.
package protocol ByteSource {
    /// Where they come from, as messages have it.
    var path: String { get }
    /// Passes all bytes to `body`, piece by piece, until it returns false. No piece is empty, and none outlives the call that it is passed to.
    func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Bool) throws(DatasetError)
}

extension FileContents: ByteSource {
    /// There is one piece: all of it.
    package func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Bool) throws(DatasetError) {
        if !bytes.isEmpty { _ = try body(bytes) }
    }
}

/// What another source holds once it is unpacked, if that is gzip'd; its own bytes otherwise.
package struct Uncompressed<Source: ByteSource>: ByteSource {
    private let source: Source

    package init(_ source: Source) { self.source = source }

    package var path: String { source.path }

    package func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Bool) throws(DatasetError) {
        var beginning: [UInt8] = []
        try source.forEachPiece { piece in
            beginning += piece.prefix(2 - beginning.count)
            return beginning.count < 2
        }
        if beginning.withUnsafeBytes(Gzip.isGzip) { try Gzip.inflate(source, body) } else { try source.forEachPiece(body) }
    }
}
