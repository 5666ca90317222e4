extension FileSystem {
    /// Writes the file at `path` whole or not at all, so that a crash at any instant leaves the one before or the new one.
    ///
    /// The steps: a temporary file in the same folder, `write`, flush, `check` of the temporary file's path, rename, flush of
    /// the folder. On any error the temporary file is removed, as far as the system lets us, and what stood at `path` stays.
    func replace<Content>(
        _ path: String,
        write: (any WritableFile) throws(CheckpointError) -> Content,
        check: (_ temporary: String, Content) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        let temporary = path + TemporaryName.suffix
        do throws(CheckpointError) {
            let file = try create(temporary)
            let content = try write(file)
            try file.flush()
            try check(temporary, content)
            try rename(temporary, to: path)
        } catch {
            // The error that stopped us says more than the removal's.
            try? remove(temporary)
            throw error
        }
        try flushFolder(path.folder)
    }

    /// Writes `text` to `path`, whole or not at all.
    func replace(_ path: String, with text: String) throws(CheckpointError) {
        try replace(
            path, write: { (file) throws(CheckpointError) in try file.write(text: text) },
            check: { (_, _) throws(CheckpointError) in })
    }
}

extension WritableFile {
    func write(text: String) throws(CheckpointError) {
        try Array(text.utf8).withUnsafeBufferPointer { bytes throws(CheckpointError) in
            try write(UnsafeRawBufferPointer(bytes))
        }
    }
}

/// How a file is called while it is written.
enum TemporaryName {
    static let suffix = ".partial"
}
