import JSONText

extension Checkpoint {
    /// Reads a checkpoint whole and checks every bit of it.
    ///
    /// Throws `missing`; `bad` where the file is no safetensors file or breaks its rules; `damaged` where its content is not what
    /// was written; `unsuitable` where it is in order but no checkpoint of partrain. Cost: one read and one hash of the file.
    public init(path: String, files: some FileSystem = SystemFiles()) throws(CheckpointError) {
        try self.init(SafeTensorsFile(path: path, files: files))
    }

    /// Reads a checkpoint from an opened file.
    public init(_ source: SafeTensorsFile) throws(CheckpointError) {
        let path = source.path
        let identity = try CheckpointIdentity(source)
        guard let expected = source.metadata[CheckpointKey.checksum], let range = source.header.checksumRange else {
            throw .bad(path: path, problem: "the checkpoint has lost its SHA-256", remedy: "take another checkpoint")
        }
        guard expected.utf8.count == CheckpointKey.checksumLength, range.count == CheckpointKey.checksumLength else {
            throw .bad(path: path, offset: range.lowerBound, problem: "this is no SHA-256", remedy: "take another checkpoint")
        }
        let digest = try SHA256()
        try source.file.forEachPiece(of: 0..<source.header.dataOffset, zeroing: range) { (piece) throws(CheckpointError) in
            try digest.update(piece)
        }
        var tensors = [NamedTensor]()
        for entry in source.header.entries {
            tensors.append(
                NamedTensor(
                    entry.name,
                    try source.tensor(entry) { (piece) throws(CheckpointError) in
                        try digest.update(piece)
                    }))
        }
        let actual = try digest.finish()
        guard actual == expected else { throw .damaged(path: path, expected: expected, actual: actual) }

        let metadata = source.metadata.filter { !$0.key.hasPrefix(CheckpointKey.prefix) }
        self.init(step: identity.step, score: identity.score, tensors: tensors, metadata: metadata)
    }
}

/// What a checkpoint's header says of it.
struct CheckpointIdentity {
    let step: Int
    let score: Double?

    /// Throws where the file is no checkpoint that this version reads.
    init(_ source: SafeTensorsFile) throws(CheckpointError) {
        guard let format = source.metadata[CheckpointKey.format] else {
            throw .unsuitable(
                path: source.path, problem: "holds weights, and not the state of a run",
                remedy: "give it to --init-from, or resume another")
        }
        guard format == CheckpointKey.currentFormat else {
            throw .unsuitable(
                path: source.path, problem: "is a checkpoint of format \(JSONString.excerpt(format))",
                remedy: "resume it with the partrain that wrote it")
        }
        guard let step = source.metadata[CheckpointKey.step].flatMap({ Int($0) }), step >= 0 else {
            throw .bad(path: source.path, problem: "the checkpoint does not tell its step", remedy: "take another checkpoint")
        }
        self.step = step
        score = source.metadata[CheckpointKey.score].flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    }
}
