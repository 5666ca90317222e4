/// A file in a tar archive.
package struct TarMember {
    /// Its path in the archive, without empty components and single dots.
    package let name: [UInt8]
    package let byteCount: Int
}

/// What is shown the files of an archive, one after another.
package protocol TarVisitor {
    /// A file begins.
    mutating func begin(_ member: TarMember) throws(DatasetError)
    /// More of the file's bytes.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(DatasetError)
    /// The file is at its end.
    mutating func end() throws(DatasetError)
}

/// Goes through a tar archive, of ustar's format, pax's or GNU's, from beginning to end. Nothing is unpacked to the disk.
///
///     header, content, padding, header, content, padding, …, zeros
///
/// Refused, with its place: a header whose checksum does not hold, a path that leads out of the archive, a link, and an archive that
/// ends within a file. What follows the first block of zeros is not looked at.
package struct TarReader<Visitor: TarVisitor> {
    private enum State {
        case header
        case content(TarHeader.Kind, remaining: Int)
        case padding(remaining: Int)
        case ended
    }

    package private(set) var visitor: Visitor
    private let path: String
    private var state = State.header
    /// Of the header, or of what says more of the next member, as far as it has come.
    private var collected: [UInt8] = []
    /// Bytes of the archive so far.
    package private(set) var position = 0
    /// Of the content that is being read.
    private var contentBytes = 0
    private var longName: [UInt8]?
    private var longSize: Int?

    /// Bytes of a member's path: as many as the systems take.
    private static var nameLimit: Int { 4096 }
    /// Bytes of what is said of one member beside its header: more than any program writes.
    private static var extensionLimit: Int { 1 << 16 }

    /// Shows `visitor` all of `source`. Throws what it throws, and where the archive is damaged. Cost: no more memory than a header.
    package init(_ source: some ByteSource, _ visitor: Visitor) throws(DatasetError) {
        self.visitor = visitor
        path = source.path
        try source.forEachPiece { piece throws(DatasetError) in
            try read(piece)
            return true
        }
        try finish()
    }

    private mutating func read(_ piece: UnsafeRawBufferPointer) throws(DatasetError) {
        var place = 0
        while place < piece.count {
            let left = piece.count - place
            switch state {
            case .ended:
                position += left
                return
            case .header:
                let count = min(left, TarHeader.byteCount - collected.count)
                collected.append(contentsOf: piece[place..<place + count])
                advance(&place, count)
                if collected.count == TarHeader.byteCount { try readHeader() }
            case .content(let kind, let remaining):
                let count = min(left, remaining)
                let bytes = UnsafeRawBufferPointer(rebasing: piece[place..<place + count])
                switch kind {
                case .file: try visitor.take(bytes)
                case .extended, .longName: collected.append(contentsOf: bytes)
                case .folder, .ignored: break
                }
                advance(&place, count)
                state = .content(kind, remaining: remaining - count)
                if remaining == count { try endContent(kind) }
            case .padding(let remaining):
                let count = min(left, remaining)
                advance(&place, count)
                state = remaining == count ? .header : .padding(remaining: remaining - count)
            }
        }
    }

    private mutating func advance(_ place: inout Int, _ count: Int) {
        place += count
        position += count
    }

    /// A header is there, whole.
    private mutating func readHeader() throws(DatasetError) {
        let block = collected
        collected = []
        guard block.contains(where: { $0 != 0 }) else {
            state = .ended
            return
        }
        let offset = position - block.count
        let header = try TarHeader(block, at: offset, of: path)
        var size = header.contentBytes
        switch header.kind {
        case .file, .folder:
            let name = try checkedName(longName ?? header.name, at: offset)
            // A folder's size is how much it may hold.
            size = header.kind == .file ? longSize ?? size : 0
            (longName, longSize) = (nil, nil)
            if header.kind == .file { try visitor.begin(TarMember(name: name, byteCount: size)) }
        case .extended, .longName:
            guard size <= Self.extensionLimit else {
                throw .bad(
                    path: path, offset: offset, problem: "\(size) bytes are said of one member of the archive",
                    remedy: "pack it again with tar --format=ustar")
            }
        case .ignored: break
        }
        contentBytes = size
        state = .content(header.kind, remaining: size)
        if size == 0 { try endContent(header.kind) }
    }

    /// The content is there, whole.
    private mutating func endContent(_ kind: TarHeader.Kind) throws(DatasetError) {
        let offset = position - contentBytes
        switch kind {
        case .file: try visitor.end()
        case .extended:
            let records = try PaxRecords(collected, at: offset, of: path)
            (longName, longSize) = (records.name ?? longName, records.contentBytes ?? longSize)
        case .longName: longName = Array(collected.prefix { $0 != 0 })
        case .folder, .ignored: break
        }
        collected = []
        let excess = contentBytes % TarHeader.byteCount
        state = excess == 0 ? .header : .padding(remaining: TarHeader.byteCount - excess)
    }

    /// The components of a member's path without those that say nothing. Throws where it would lead out of the folder it is unpacked in.
    private func checkedName(_ name: [UInt8], at offset: Int) throws(DatasetError) -> [UInt8] {
        let slash = UInt8(ascii: "/")
        func bad(_ problem: String) -> DatasetError {
            .bad(
                path: path, offset: offset,
                problem: "\(EscapedName.text(of: name.prefix(Self.nameLimit))) in the archive \(problem)",
                remedy: "take the archive from another place: an honest one has no such path")
        }
        guard name.count <= Self.nameLimit else { throw bad("begins a path of \(name.count) bytes") }
        guard name.first != slash else { throw bad("is an absolute path") }
        let components = name.split(separator: slash)
        guard !components.contains(where: { $0.elementsEqual("..".utf8) }) else { throw bad("leads out of it") }
        guard !name.contains(0) else { throw bad("has a zero byte") }
        return Array(components.filter { !$0.elementsEqual(".".utf8) }.joined(separator: [slash]))
    }

    /// The archive's bytes are at their end. Throws where that is within something.
    private func finish() throws(DatasetError) {
        switch state {
        case .ended: return
        case .header where collected.isEmpty && position > 0: return
        // Programs do not agree on whether the last file's padding may lack.
        case .padding: return
        case .header where position < TarHeader.byteCount:
            throw .bad(
                path: path, offset: position,
                problem: position == 0 ? "the file is empty" : "this is no tar archive: it ends within its first header",
                remedy: "download the archive again")
        case .header, .content:
            throw .bad(
                path: path, offset: position, problem: "the archive is cut off within one of its members",
                remedy: "download the archive again")
        }
    }
}
