import Checkpoints

/// Files of the system that write the last bit of every piece wrongly, and say nothing.
struct ForgetfulFiles: FileSystem {
    private let base = SystemFiles()

    func create(_ path: String) throws(CheckpointError) -> any WritableFile { File(base: try base.create(path)) }
    func openToAppend(_ path: String) throws(CheckpointError) -> any WritableFile { try base.openToAppend(path) }
    func openToRead(_ path: String) throws(CheckpointError) -> any ReadableFile { try base.openToRead(path) }
    func cut(_ path: String, to size: Int) throws(CheckpointError) { try base.cut(path, to: size) }
    func rename(_ path: String, to newPath: String) throws(CheckpointError) { try base.rename(path, to: newPath) }
    func remove(_ path: String) throws(CheckpointError) { try base.remove(path) }
    func createFolder(_ path: String) throws(CheckpointError) -> Bool { try base.createFolder(path) }
    func flushFolder(_ path: String) throws(CheckpointError) { try base.flushFolder(path) }
    func names(in folder: String) throws(CheckpointError) -> [String] { try base.names(in: folder) }

    private struct File: WritableFile {
        let base: any WritableFile

        func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
            var bytes = Array(bytes)
            if bytes.first != nil { bytes[bytes.count - 1] ^= 1 }
            try bytes.withUnsafeBufferPointer { bytes throws(CheckpointError) in try base.write(UnsafeRawBufferPointer(bytes)) }
        }

        func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CheckpointError) {
            try base.overwrite(bytes, at: offset)
        }

        func flush() throws(CheckpointError) { try base.flush() }
    }
}
