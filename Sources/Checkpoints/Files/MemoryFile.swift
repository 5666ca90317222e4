/// Bytes in memory, read as a file.
struct MemoryFile: ReadableFile {
    let bytes: [UInt8]

    var size: Int { bytes.count }

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(CheckpointError) {
        precondition(offset >= 0 && offset + buffer.count <= size, "bytes \(offset)... of a file of \(size)")
        buffer.copyBytes(from: bytes[offset..<offset + buffer.count])
    }
}
