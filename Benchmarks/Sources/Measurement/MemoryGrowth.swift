import FoundationEssentials

/// How much memory training needs beyond what a program has that has only just begun: `Scripts/Peers/memory.py` measures its
/// rivals by the same formula.
///
///     let memory = try MemoryGrowth()      // after a step of one element
///     …                                    // the network is made and warmed up
///     memory.forgetPeak()
///     …                                    // the steps that count
///     print(memory.grown)
///
/// A page that several processes have is counted in equal parts (the system's proportional set size), so that sums over
/// processes count it once. All bytes.
public struct MemoryGrowth: Sendable {
    /// Proportional set size when this was made.
    public let baseline: Int

    /// Throws where the system does not tell: not a Linux of today.
    public init() throws {
        baseline = try Self.proportional()
    }

    /// Lets the peak begin anew, so that what only the start took does not count.
    public static func forgetPeak() throws {
        try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    }

    /// The most since the peak was last forgotten, this process's part of what it shares with others counted as it is now.
    public static func peak() throws -> Int {
        let status = try text("/proc/self/status")
        let shares = try field("VmRSS", of: status) - proportional()
        return try field("VmHWM", of: status) - max(0, shares)
    }

    private static func proportional() throws -> Int { try field("Pss", of: text("/proc/self/smaps_rollup")) }

    private static func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    /// Bytes of a line such as `Pss:   1234 kB`.
    private static func field(_ name: String, of text: String) throws -> Int {
        for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
            let words = line.dropFirst(name.count + 1).split { $0 == " " || $0 == "\t" }
            if let number = words.first.flatMap({ Int($0) }) { return number * 1024 }
        }
        throw CocoaError(.fileReadCorruptFile)
    }
}
