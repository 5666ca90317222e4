public import Checkpoints
import Glibc
public import KernelChoices
package import Kernels
import Topology

/// The kernels that were found fastest on this machine, in a file of the user's cache folder, so that they are measured once.
///
/// The file's name and its first line tell the processor, its instructions that may be used, the library's version and which loops of
/// ours were measured: with another of any it is another file. It holds nothing that cannot be measured again, so a file that cannot
/// be read counts as empty, and is replaced.
public struct KernelCache: Sendable {
    /// Nil where the user has no cache folder.
    public let path: String?
    private let platform: ComputePlatform
    private let now: @Sendable () -> Int

    /// What a file tells.
    struct Contents {
        var findings: [String: KernelFinding] = [:]
        /// What is wrong with it; nil for a file that is not there.
        var damage: String?
    }

    /// `$XDG_CACHE_HOME/partrain`, or `~/.cache/partrain`.
    public init() {
        self.init(folder: Self.userFolder)
    }

    /// - Parameter now: seconds since 1970.
    package init(
        folder: String?, platform: ComputePlatform = .current, now: @escaping @Sendable () -> Int = { time(nil) }
    ) {
        self.platform = platform
        self.now = now
        path = folder.map { "\($0)/kernels \(Self.fileName(platform)).txt" }
    }

    /// What is known, and need not be measured again yet.
    package var remembered: [String: KernelFinding] {
        let now = now()
        return contents.findings.filter { $0.value.holds(at: now) }
    }

    /// Why what is there is not believed, if so.
    package var damage: String? { contents.damage }

    private var contents: Contents {
        guard let path, access(path, F_OK) == 0 else { return Contents() }
        do {
            let file = try SystemFiles().openToRead(path)
            guard file.size <= Self.largestFile else { return Contents(damage: "it has \(file.size) bytes") }
            var bytes = [UInt8](repeating: 0, count: file.size)
            try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 0) }
            return KernelCacheText.contents(String(decoding: bytes, as: UTF8.self), of: platform)
        } catch {
            return Contents(damage: "\(error)")
        }
    }

    /// Bytes; a choice takes about two hundred.
    private static let largestFile = 1 << 22

    /// Adds what has been measured; why that was not possible, if it was not.
    public func keep(_ decisions: [KernelDecision]) -> CheckpointError? {
        do throws(CheckpointError) {
            try add(decisions)
            return nil
        } catch {
            return error
        }
    }

    private func add(_ decisions: [KernelDecision]) throws(CheckpointError) {
        let measured = decisions.filter { $0.reason == .measured }
        guard let path, !measured.isEmpty else { return }
        let files = SystemFiles()
        var folder = ""
        for part in path.split(separator: "/").dropLast() {
            folder += "/" + part
            _ = try files.createFolder(folder)
        }
        // One after the other, so that two programs that measure at once keep what both have found. Where there are no locks, the later
        // one's file stands, whole: each writes a file of its own first.
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        defer { if lock >= 0 { close(lock) } }
        if lock >= 0 { flock(lock, LOCK_EX) }
        var findings = contents.findings
        for decision in measured {
            let new = KernelFinding(
                variant: decision.variant, seconds: decision.seconds, spread: decision.spread, attempts: 1, date: now())
            findings[decision.key] = findings[decision.key]?.succeeded(by: new) ?? new
        }
        let own = path + ".\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        try files.replace(own, with: KernelCacheText.text(findings, of: platform))
        try files.rename(own, to: path)
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

    /// Such as `AMD EPYC 9B45_ family 26 model 17 stepping 1 avx512 avx512_core_bf16 oneDNN 2.6.3 loops 1`.
    private static func fileName(_ platform: ComputePlatform) -> String {
        let text =
            "\(platform.processor.prefix(96)) \(platform.instructions) \(platform.libraryInstructions.prefix(48)) \(platform.library) "
            + "loops \(platform.loops)"
        return String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-+@ ()".contains($0)) ? $0 : "_" })
    }
}
