import Glibc
import Locks

/// Files that count what changes them, and fail at one such operation: how the promises about crashes and full disks are tested.
package final class FaultyFiles: FileSystem {
    /// One operation that has been asked for.
    package struct Event: Sendable, Hashable, CustomStringConvertible {
        package let operation: FileOperation
        package let path: String

        package var description: String { "\(operation.rawValue) \(path)" }
    }

    private let base: any FileSystem
    private let fault: FileFault?
    private let events = Guarded([Event]())

    package init(_ base: any FileSystem = SystemFiles(), fault: FileFault? = nil) {
        self.base = base
        self.fault = fault
    }

    /// The operations that change something, in order; the first is number 1.
    package var history: [Event] { events.withLock { $0 } }

    package func create(_ path: String) throws(CheckpointError) -> any WritableFile {
        try perform(.create, path) { () throws(CheckpointError) in
            FaultyFile(base: try base.create(path), path: path, files: self)
        }
    }

    package func openToAppend(_ path: String) throws(CheckpointError) -> any WritableFile {
        try perform(.create, path) { () throws(CheckpointError) in
            FaultyFile(base: try base.openToAppend(path), path: path, files: self)
        }
    }

    package func openToRead(_ path: String) throws(CheckpointError) -> any ReadableFile {
        try base.openToRead(path)
    }

    package func cut(_ path: String, to size: Int) throws(CheckpointError) {
        try perform(.cut, path) { () throws(CheckpointError) in try base.cut(path, to: size) }
    }

    package func rename(_ path: String, to newPath: String) throws(CheckpointError) {
        try perform(.rename, path) { () throws(CheckpointError) in try base.rename(path, to: newPath) }
    }

    package func remove(_ path: String) throws(CheckpointError) {
        try perform(.remove, path) { () throws(CheckpointError) in try base.remove(path) }
    }

    package func createFolder(_ path: String) throws(CheckpointError) -> Bool {
        try perform(.createFolder, path) { () throws(CheckpointError) in try base.createFolder(path) }
    }

    package func flushFolder(_ path: String) throws(CheckpointError) {
        try perform(.flushFolder, path) { () throws(CheckpointError) in try base.flushFolder(path) }
    }

    package func names(in folder: String) throws(CheckpointError) -> [String] {
        try base.names(in: folder)
    }

    /// Counts an operation and does it, or what its fault wants. `half` does the first half of it, where it has one.
    fileprivate func perform<Result>(
        _ operation: FileOperation, _ path: String, half: () throws(CheckpointError) -> Void = {},
        _ body: () throws(CheckpointError) -> Result
    ) throws(CheckpointError) -> Result {
        let number = events.withLock { events in
            events.append(Event(operation: operation, path: path))
            return events.count
        }
        guard let fault, fault.operation == number else { return try body() }
        switch fault.effect {
        case .refusal(let code):
            throw .refused(operation, path: path, code: code)
        case .halfWay(let code):
            try half()
            throw .refused(operation, path: path, code: code)
        case .kill(let moment):
            if moment == .during { try half() }
            if moment == .after { _ = try body() }
            kill(getpid(), SIGKILL)
            // The signal may take a moment to arrive; nothing more may happen until it does.
            while true { pause() }
        }
    }
}

private struct FaultyFile: WritableFile {
    let base: any WritableFile
    let path: String
    let files: FaultyFiles

    func write(_ bytes: UnsafeRawBufferPointer) throws(CheckpointError) {
        try files.perform(.write, path) { () throws(CheckpointError) in
            try base.write(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]))
        } _: { () throws(CheckpointError) in
            try base.write(bytes)
        }
    }

    func overwrite(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(CheckpointError) {
        try files.perform(.write, path) { () throws(CheckpointError) in
            try base.overwrite(UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]), at: offset)
        } _: { () throws(CheckpointError) in
            try base.overwrite(bytes, at: offset)
        }
    }

    func flush() throws(CheckpointError) {
        try files.perform(.flush, path) { () throws(CheckpointError) in try base.flush() }
    }
}
