import Locks

/// A text file that grows by whole lines.
public final class LineFile: Sendable {
    public let path: String
    private let files: any FileSystem
    private let file: any WritableFile
    /// Bytes of whole lines in the file.
    private let size: Guarded<Int>

    /// Opens `path`, or makes it. A torn last line, as a killed process leaves it, is cut off, and so is all that follows from the
    /// first line on for which `isKept` is false; it is given the line's number, from 0, and its text.
    ///
    /// Cost: one read of the file.
    public init(
        path: String, files: any FileSystem = SystemFiles(),
        keeping isKept: (_ number: Int, _ line: String) -> Bool = { _, _ in true }
    ) throws(CheckpointError) {
        self.path = path
        self.files = files
        file = try files.openToAppend(path)
        try files.flushFolder(path.folder)
        let present = try files.openToRead(path)
        let kept = try Self.keptSize(of: present, isKept)
        if kept < present.size { try files.cut(path, to: kept) }
        size = Guarded(kept)
    }

    public var isEmpty: Bool { size.withLock { $0 == 0 } }

    /// Writes a line by one call of the system. Where that fails, what it has written of the line is taken back.
    public func append(_ line: String) throws(CheckpointError) {
        precondition(!line.utf8.contains(0x0A), "a line holds the end of another: \(line)")
        try size.withLock { size throws(CheckpointError) in
            do throws(CheckpointError) {
                try file.write(text: line + "\n")
                size += line.utf8.count + 1
            } catch {
                try? files.cut(path, to: size)
                throw error
            }
        }
    }

    /// Returns when all lines have reached the disk.
    public func flush() throws(CheckpointError) {
        try file.flush()
    }

    /// Bytes up to the end of the last whole line before the first that is not kept.
    private static func keptSize(
        of file: any ReadableFile, _ isKept: (_ number: Int, _ line: String) -> Bool
    ) throws(CheckpointError) -> Int {
        var kept = 0
        var number = 0
        var line = [UInt8]()
        var goesOn = true
        try file.forEachPiece(of: 0..<file.size, zeroing: 0..<0) { (piece) throws(CheckpointError) in
            var rest = piece[...]
            while goesOn, let end = rest.firstIndex(of: 0x0A) {
                line += rest[..<end]
                goesOn = isKept(number, String(decoding: line, as: UTF8.self))
                if goesOn { kept += line.count + 1 }
                number += 1
                line.removeAll(keepingCapacity: true)
                rest = rest[(end + 1)...]
            }
            if goesOn { line += rest }
        }
        return kept
    }
}
