extension Checkpoint {
    /// Writes the checkpoint as `CheckpointDraft.write` does.
    public func write(to path: String, files: some FileSystem = SystemFiles()) throws(CheckpointError) {
        try CheckpointDraft(self).write(to: path, files: files)
    }
}

extension CheckpointDraft {
    /// Writes the checkpoint to `path` whole or not at all (temporary file, flush, checksum read back, rename, flush of the folder).
    ///
    /// Throws when the system refuses; what stood at `path` is kept then, and the temporary file is removed. Cost: the data are
    /// written, hashed, read back and hashed again; no copy of them is made in memory.
    public func write(to path: String, files: some FileSystem = SystemFiles()) throws(CheckpointError) {
        try files.replace(
            path,
            write: { (file) throws(CheckpointError) in try write(to: file) },
            check: { (temporary, written) throws(CheckpointError) in
                let readBack = try files.openToRead(temporary).checksum(of: 0..<Int.max, zeroing: written.range)
                guard readBack == written.checksum else {
                    throw .unfaithful(path: temporary, expected: written.checksum, actual: readBack)
                }
            })
    }

    /// Writes to an empty file. Returns the checksum, and where it stands.
    private func write(to file: any WritableFile) throws(CheckpointError) -> (checksum: String, range: Range<Int>) {
        var metadata = self.metadata
        metadata[CheckpointKey.format] = CheckpointKey.currentFormat
        metadata[CheckpointKey.checksum] = String(repeating: "0", count: CheckpointKey.checksumLength)
        metadata[CheckpointKey.step] = "\(step)"
        metadata[CheckpointKey.score] = score.flatMap { $0.isFinite ? "\($0)" : nil }
        let header = SafeTensorsHeader.bytes(tensors: tensors.map { ($0.name, $0.shape) }, metadata: metadata)

        let digest = try SHA256()
        try header.bytes.withUnsafeBufferPointer { bytes throws(CheckpointError) in
            try digest.update(UnsafeRawBufferPointer(bytes))
            try file.write(UnsafeRawBufferPointer(bytes))
        }
        for entry in tensors {
            try entry.withValues { (values) throws(CheckpointError) in
                try values.forEachPiece { (piece) throws(CheckpointError) in
                    try digest.update(piece)
                    try file.write(piece)
                }
            }
        }
        let checksum = try digest.finish()
        let range = header.checksumRange!
        try Array(checksum.utf8).withUnsafeBufferPointer { digits throws(CheckpointError) in
            try file.overwrite(UnsafeRawBufferPointer(digits), at: range.lowerBound)
        }
        return (checksum, range)
    }
}

extension UnsafeBufferPointer<Float> {
    /// Gives the elements as little-endian bytes to `body`, in pieces that stay in a cache.
    fileprivate func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(CheckpointError) -> Void) throws(CheckpointError) {
        let length = SafeTensorsFile.pieceSize / MemoryLayout<Float>.size
        for begin in stride(from: 0, to: count, by: length) {
            let piece = UnsafeBufferPointer(rebasing: self[begin..<Swift.min(begin + length, count)])
            #if _endian(little)
            try body(UnsafeRawBufferPointer(piece))
            #else
            try piece.map(\.bitPattern.littleEndian).withUnsafeBufferPointer { words throws(CheckpointError) in
                try body(UnsafeRawBufferPointer(words))
            }
            #endif
        }
    }
}
