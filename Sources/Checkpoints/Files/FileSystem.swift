/// Files as checkpoints need them: small enough that a test can stand in for the system and fail anywhere.
public protocol FileSystem: Sendable {
    /// Makes an empty file at `path` for writing; one that is there already is emptied. Readable by all, writable by the owner.
    func create(_ path: String) throws(CheckpointError) -> any WritableFile

    /// Opens `path` to write at its end; makes it if it is not there.
    func openToAppend(_ path: String) throws(CheckpointError) -> any WritableFile

    /// Opens a regular file. Throws `missing` where there is none.
    func openToRead(_ path: String) throws(CheckpointError) -> any ReadableFile

    /// Cuts a file to its first `size` bytes.
    func cut(_ path: String, to size: Int) throws(CheckpointError)

    /// Gives a file another name in the same folder, at once: whoever looks finds the old file or the new one there, never neither.
    func rename(_ path: String, to newPath: String) throws(CheckpointError)

    func remove(_ path: String) throws(CheckpointError)

    /// Makes a folder in one that exists. Returns false where `path` already is one.
    func createFolder(_ path: String) throws(CheckpointError) -> Bool

    /// Returns when the names in a folder have reached the disk.
    func flushFolder(_ path: String) throws(CheckpointError)

    /// The names in a folder, in no order. Throws `missing` where there is none.
    func names(in folder: String) throws(CheckpointError) -> [String]
}

/// A file being written. It is closed with the last reference.
public protocol WritableFile: Sendable {
    /// Writes all of `bytes` at the file's end.
    func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError)

    /// Writes all of `bytes` over those from `offset` on.
    func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CheckpointError)

    /// Returns when all that was written has reached the disk.
    func flush() throws(CheckpointError)
}

/// A file being read. It is closed with the last reference.
public protocol ReadableFile: Sendable {
    /// Bytes in the file when it was opened.
    var size: Int { get }

    /// Fills `buffer` with the bytes from `offset` on. Throws where the file ends before.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(CheckpointError)
}
