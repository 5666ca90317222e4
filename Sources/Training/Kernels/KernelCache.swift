public import Checkpoints
public import Execution
import Glibc
import Topology

/// The kernels that were found fastest on this machine, in a file of the user's cache folder, so that they are measured once.
///
/// The file's name tells the processor and the version of the library: with another of either it is another file. It holds nothing
/// that cannot be measured again, so a file that cannot be read counts as empty.
public struct KernelCache: Sendable {
    /// Nil where the user has no cache folder.
    public let path: String?

    /// `$XDG_CACHE_HOME/partrain`, or `~/.cache/partrain`.
    public init() {
        self.init(folder: Self.userFolder)
    }

    package init(folder: String?) {
        path = folder.map { "\($0)/kernels \(Self.machine).txt" }
    }

    func table() -> KernelTable {
        (try? read()).map(KernelRecord.table) ?? KernelTable()
    }

    private func read() throws -> String {
        guard let path else { return "" }
        let file = try SystemFiles().openToRead(path)
        guard file.size <= Self.largestFile else { return "" }
        var bytes = [UInt8](repeating: 0, count: file.size)
        try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Bytes; a choice takes about a hundred.
    private static let largestFile = 1 << 20

    /// Adds what has been measured; why that was not possible, if it was not.
    public func keep(_ decisions: [KernelDecision]) -> CheckpointError? {
        do throws(CheckpointError) {
            try add(decisions)
            return nil
        } catch {
            return error
        }
    }

    /// Two programs that measure at once leave the table of one of them.
    private func add(_ decisions: [KernelDecision]) throws(CheckpointError) {
        let measured = decisions.filter { !$0.seconds.isEmpty }
        guard let path, !measured.isEmpty else { return }
        var table = table()
        for decision in measured { table.entries[decision.key] = decision.variant }
        let files = SystemFiles()
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += "/" + part
            _ = try files.createFolder(folder)
        }
        try files.replace(path, with: KernelRecord.text(table))
    }

    private static var userFolder: String? {
        func variable(_ name: String) -> String? {
            guard let value = getenv(name) else { return nil }
            let text = String(cString: value)
            // A relative path would be another one from every folder.
            return text.hasPrefix("/") ? text : nil
        }
        return (variable("XDG_CACHE_HOME") ?? variable("HOME").map { $0 + "/.cache" }).map { $0 + "/partrain" }
    }

    /// Such as `AMD EPYC 9B45 oneDNN 2.6.3`.
    private static var machine: String {
        let text = "\(ProcessorName.current) oneDNN \(Engine.libraryVersion)"
        return String(text.map { $0.isLetter || $0.isNumber || ".-@ ()".contains($0) ? $0 : "_" })
    }
}

/// The processor by name.
enum ProcessorName {
    static var current: String {
        for line in (SystemText.contents("/proc/cpuinfo") ?? "").split(separator: "\n") where line.hasPrefix("model name") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            return line[line.index(after: colon)...].split { $0 == " " || $0 == "\t" }.joined(separator: " ")
        }
        return "processor"
    }
}
