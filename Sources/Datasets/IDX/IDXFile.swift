package import ImageFiles

/// An IDX file of unsigned bytes, read whole: plain, or gzip'd.
package struct IDXFile: Sendable {
    let header: IDXHeader
    private let contents: FileContents

    /// The elements, row-major.
    var elements: UnsafeBufferPointer<UInt8> {
        UnsafeRawBufferPointer(rebasing: contents.bytes[header.byteCount...]).assumingMemoryBound(to: UInt8.self)
    }

    var path: String { contents.path }

    /// Reads `path`, which must have `rank` dimensions.
    ///
    /// Throws when it is missing or unreadable, and when its length is not what its header promises. Whatever the header
    /// says, no more memory is taken than the content has bytes, and the window that inflates it. Cost: one pass, two if gzip'd.
    init(reading path: FilePath, rank: Int) throws(DatasetError) {
        try self.init(FileContents(reading: path), rank: rank)
    }

    /// Takes over what was read, as `init(reading:rank:)` does.
    package init(_ raw: FileContents, rank: Int) throws(DatasetError) {
        let path = raw.path
        guard !raw.bytes.isEmpty else {
            throw .bad(path: path, offset: 0, problem: "the file is empty", remedy: "download the file again")
        }
        guard Gzip.isGzip(raw.bytes) else {
            header = try IDXHeader(raw.bytes.prefix(IDXHeader.byteCount(rank: rank)), rank: rank, path: path)
            try header.check(fileByteCount: raw.bytes.count, path: path)
            contents = raw
            return
        }

        var prefix = [UInt8]()
        var counted = 0
        var promised = Int.max
        try Gzip.inflate(raw) { piece in
            counted += piece.count
            if prefix.count < IDXHeader.byteCount(rank: rank) {
                prefix.append(contentsOf: piece.prefix(IDXHeader.byteCount(rank: rank) - prefix.count))
                if prefix.count == IDXHeader.byteCount(rank: rank) {
                    guard let header = try? IDXHeader(prefix, rank: rank, path: path) else { return false }
                    promised = header.byteCount + header.dataByteCount
                }
            }
            return counted <= promised
        }
        header = try IDXHeader(prefix, rank: rank, path: path)
        try header.check(fileByteCount: counted, path: path)

        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: counted, alignment: 16)
        contents = FileContents(path: path, adopting: buffer)
        var filled = 0
        try Gzip.inflate(raw) { piece in
            buffer.baseAddress!.advanced(by: filled).copyMemory(from: piece.baseAddress!, byteCount: piece.count)
            filled += piece.count
            return true
        }
    }
}
