import Checkpoints
import Glibc
import Locks

/// A disk in memory whose power fails: what was written but not flushed may be lost or torn, and a change of names that no flush
/// of the folder has followed may or may not have happened, each for itself.
final class CrashingFiles: FileSystem {
    typealias Inode = Int

    /// Names and contents as they are on a disk.
    struct Disk: Sendable {
        var names = [String: Inode]()
        var contents = [Inode: [UInt8]]()
        var folders: Set<String> = []
    }

    /// A change of names that the disk may not know yet.
    enum NameChange: Sendable {
        case link(String, Inode)
        case move(String, String, Inode)
        case unlink(String)
    }

    private struct State {
        /// What a program sees.
        var seen: Disk
        /// What is certainly on the disk.
        var durable: Disk
        var pendingNames = [NameChange]()
        var operations = 0
        var nextInode: Inode
    }

    private let state: Guarded<State>
    /// After this many operations that change something, the power is gone.
    private let lastOperation: Int
    /// A disk that promises what it does not do: the control of the tests.
    private let ignoresFlush: Bool

    init(_ disk: Disk, lastOperation: Int = .max, ignoresFlush: Bool = false) {
        state = Guarded(State(seen: disk, durable: disk, nextInode: (disk.contents.keys.max() ?? 0) + 1))
        self.lastOperation = lastOperation
        self.ignoresFlush = ignoresFlush
    }

    var operationCount: Int { state.withLock { $0.operations } }

    /// Every disk that a power failure now may leave: any choice among the pending changes of names, with the unflushed bytes
    /// lost, there, torn in the middle, or of the right length and zero.
    func disksAfterCrash() -> [Disk] {
        let state = state.withLock { State(seen: $0.seen, durable: $0.durable, pendingNames: $0.pendingNames, nextInode: 0) }
        var disks = [Disk]()
        for choice in 0..<(1 << state.pendingNames.count) {
            var disk = state.durable
            disk.folders = state.seen.folders
            for (index, change) in state.pendingNames.enumerated() where choice >> index & 1 == 1 {
                Self.apply(change, to: &disk)
            }
            for variant in 0..<4 {
                var torn = disk
                for inode in Set(disk.names.values) {
                    let old = state.durable.contents[inode] ?? []
                    let new = state.seen.contents[inode] ?? []
                    torn.contents[inode] =
                        switch variant {
                        case 0: old
                        case 1: new
                        case 2: Array(new.prefix((old.count + new.count) / 2))
                        default: old == new ? new : [UInt8](repeating: 0, count: new.count)
                        }
                }
                disks.append(torn)
            }
        }
        return disks
    }

    private static func apply(_ change: NameChange, to disk: inout Disk) {
        switch change {
        case .link(let path, let inode): disk.names[path] = inode
        case .move(let old, let new, let inode):
            disk.names[old] = nil
            disk.names[new] = inode
        case .unlink(let path): disk.names[path] = nil
        }
    }

    /// Does `body` unless the power is gone.
    private func change<Result>(
        _ operation: FileOperation, _ path: String, _ body: (inout State) throws(CheckpointError) -> sending Result
    ) throws(CheckpointError) -> Result {
        try state.withLock { state throws(CheckpointError) in
            guard state.operations < lastOperation else { throw .refused(operation, path: path, code: EIO) }
            state.operations += 1
            return try body(&state)
        }
    }

    private func change(_ name: NameChange, _ state: inout State) {
        Self.apply(name, to: &state.seen)
        state.pendingNames.append(name)
    }

    func create(_ path: String) throws(CheckpointError) -> any WritableFile {
        let inode = try change(.create, path) { state in
            let inode = state.nextInode
            state.nextInode += 1
            state.seen.contents[inode] = []
            change(.link(path, inode), &state)
            return inode
        }
        return File(inode: inode, path: path, files: self)
    }

    func openToAppend(_ path: String) throws(CheckpointError) -> any WritableFile {
        if let inode = state.withLock({ $0.seen.names[path] }) { return File(inode: inode, path: path, files: self) }
        return try create(path)
    }

    func openToRead(_ path: String) throws(CheckpointError) -> any ReadableFile {
        guard let bytes = state.withLock({ state in state.seen.names[path].map { state.seen.contents[$0]! } }) else {
            throw .missing(path: path, remedy: "check the path")
        }
        return Reading(bytes: bytes)
    }

    func cut(_ path: String, to size: Int) throws(CheckpointError) {
        try change(.cut, path) { state in state.seen.contents[state.seen.names[path]!]!.removeSubrange(size...) }
    }

    func rename(_ path: String, to newPath: String) throws(CheckpointError) {
        try change(.rename, path) { state in change(.move(path, newPath, state.seen.names[path]!), &state) }
    }

    func remove(_ path: String) throws(CheckpointError) {
        try change(.remove, path) { state throws(CheckpointError) in
            guard state.seen.names[path] != nil else { throw .refused(.remove, path: path, code: ENOENT) }
            change(.unlink(path), &state)
        }
    }

    func createFolder(_ path: String) throws(CheckpointError) -> Bool {
        try change(.createFolder, path) { state in state.seen.folders.insert(path).inserted }
    }

    func flushFolder(_ path: String) throws(CheckpointError) {
        try change(.flushFolder, path) { state in
            guard !ignoresFlush else { return }
            for change in state.pendingNames { Self.apply(change, to: &state.durable) }
            state.pendingNames = []
        }
    }

    func names(in folder: String) throws(CheckpointError) -> [String] {
        try state.withLock { state throws(CheckpointError) in
            guard state.seen.folders.contains(folder) else { throw .missing(path: folder, remedy: "check the path") }
            return state.seen.names.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
        }
    }

    private struct File: WritableFile {
        let inode: Inode
        let path: String
        let files: CrashingFiles

        func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
            let bytes = Array(bytes)
            try files.change(.write, path) { state in state.seen.contents[inode]! += bytes }
        }

        func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CheckpointError) {
            let bytes = Array(bytes)
            try files.change(.write, path) { state in
                state.seen.contents[inode]!.replaceSubrange(offset..<offset + bytes.count, with: bytes)
            }
        }

        func flush() throws(CheckpointError) {
            try files.change(.flush, path) { state in
                if !files.ignoresFlush { state.durable.contents[inode] = state.seen.contents[inode] }
            }
        }
    }

    private struct Reading: ReadableFile {
        let bytes: [UInt8]

        var size: Int { bytes.count }

        func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(CheckpointError) {
            buffer.copyBytes(from: bytes[offset..<offset + buffer.count])
        }
    }
}
