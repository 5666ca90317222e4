import JSONText
public import Tensors

/// A safetensors file, from partrain, PyTorch or anyone else, whose tensors are read when they are asked for.
public struct SafeTensorsFile: Sendable {
    public let path: String
    public let header: SafeTensorsHeader
    let file: any ReadableFile

    /// Opens a file and reads its header. Throws `missing`, or `bad` with the byte at fault.
    public init(path: String, files: some FileSystem = SystemFiles()) throws(CheckpointError) {
        try self.init(try files.openToRead(path), path: path)
    }

    /// Reads `contents` as a file, which messages call `path`.
    public init(contents: [UInt8], path: String) throws(CheckpointError) {
        try self.init(MemoryFile(bytes: contents), path: path)
    }

    private init(_ file: any ReadableFile, path: String) throws(CheckpointError) {
        header = try SafeTensorsHeader(reading: file, path: path)
        self.file = file
        self.path = path
    }

    /// Whether the file at `path` is one by its name, or begins like one: with a length that it has room for, and a brace.
    public static func isLikely(_ path: String) -> Bool {
        if path.lowercased().hasSuffix(".safetensors") { return true }
        guard let file = try? SystemFiles().openToRead(path), file.size > SafeTensorsHeader.lengthSize,
            let begin = try? file.bytes(count: SafeTensorsHeader.lengthSize + 1, at: 0)
        else { return false }
        let length = begin.prefix(SafeTensorsHeader.lengthSize).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return begin.last == UInt8(ascii: "{") && length <= UInt64(file.size - SafeTensorsHeader.lengthSize)
    }

    /// The tensors' names in the order of their data.
    public var names: [String] { header.entries.map(\.name) }

    public var metadata: [String: String] { header.metadata }

    /// Whether the file says that it is a checkpoint of partrain, which can be resumed, and not only weights.
    public var isCheckpoint: Bool { metadata[CheckpointKey.format] != nil }

    /// Reads one tensor. F16, BF16, F64 and I64 become f32. Throws where there is none of that name, or its type is another.
    public func tensor(named name: String) throws(CheckpointError) -> HostTensor {
        guard let entry = header.entry(named: name) else {
            throw .unsuitable(
                path: path, problem: "has no tensor \(JSONString.excerpt(name))", remedy: "give a file of the same network")
        }
        return try tensor(entry)
    }

    /// Reads one tensor of the header. Cost: one read and one copy; `seen` gets the bytes as they are in the file.
    func tensor(
        _ entry: SafeTensorsHeader.Entry, seen: (UnsafeRawBufferPointer) throws(CheckpointError) -> Void = { _ in }
    ) throws(CheckpointError) -> HostTensor {
        guard entry.type.isReadable else {
            throw .unsuitable(
                path: path, problem: "holds the tensor \(JSONString.excerpt(entry.name)) as \(entry.type.rawValue)",
                remedy: "save it as F32, F64, F16, BF16 or I64")
        }
        var tensor = HostTensor(zeros: entry.shape)
        let size = entry.type.bitCount / 8
        // Elements of f32 are read to where they belong; others have to be turned into them on the way.
        let piece = UnsafeMutableRawBufferPointer.allocate(
            byteCount: entry.type == .float32 ? 0 : min(Self.pieceSize, entry.bytes.count),
            alignment: MemoryLayout<Double>.alignment)
        defer { piece.deallocate() }
        try tensor.values.withUnsafeMutableBufferPointer { values throws(CheckpointError) in
            var done = 0
            while done < values.count {
                let count = min(values.count - done, Self.pieceSize / size)
                let part = UnsafeMutableBufferPointer(rebasing: values[done..<done + count])
                let bytes =
                    entry.type == .float32
                    ? UnsafeMutableRawBufferPointer(part) : UnsafeMutableRawBufferPointer(rebasing: piece[..<(count * size)])
                try file.read(into: bytes, at: header.dataOffset + entry.bytes.lowerBound + done * size)
                try seen(UnsafeRawBufferPointer(bytes))
                entry.type.convert(UnsafeRawBufferPointer(bytes), to: part)
                done += count
            }
        }
        return tensor
    }

    /// Bytes that are read or written at a time: few enough to stay in a cache between the disk and the checksum.
    static let pieceSize = 1 << 20
}
